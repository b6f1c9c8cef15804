namespace PyRepo.Server.Serving.Moving;

/// <summary>Receives how far a copy is. Several threads call it.</summary>
interface ICopyProgress
{
    /// <summary>The copy starts.</summary>
    void Start(CopyPlan plan);

    /// <summary>A part of a file was read.</summary>
    void Read(long bytes);

    /// <summary>A file is done.</summary>
    /// <param name="fileName">Its name.</param>
    /// <param name="size">Its size in bytes.</param>
    void Finish(string fileName, long size);
}
