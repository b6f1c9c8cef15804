namespace EndToEnd;

/// <summary>The source tree that the tests were built from.</summary>
public static class SourceFolder
{
    static readonly string _root = Find();

    /// <summary>A path in it.</summary>
    public static string At(params string[] parts) => Path.Combine([_root, .. parts]);

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PyRepoOperator.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests were moved out of the source tree.");
        return folder.FullName;
    }
}
