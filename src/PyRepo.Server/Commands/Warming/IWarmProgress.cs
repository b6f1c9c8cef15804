namespace PyRepo.Server.Commands.Warming;

/// <summary>Is told how far the fetching is. Several threads call it.</summary>
interface IWarmProgress
{
    /// <summary>Something else begins: the pages, or the files.</summary>
    void Start(int count);

    /// <summary>A page or a file is done.</summary>
    /// <param name="what">The project, or the file.</param>
    /// <param name="bytes">The length of a file that was fetched.</param>
    void Finish(string what, long bytes);
}
