namespace EndToEnd.Serving;

/// <summary>What lies in a folder.</summary>
public static class FolderTree
{
    /// <summary>Every file below it, hidden ones too, with its length.</summary>
    public static IReadOnlyList<string> From(string folder) =>
    [
        .. GetFiles(folder)
            .Select(f => $"{Path.GetRelativePath(folder, f.FullName)} {f.Length}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The bytes that all files below it take together.</summary>
    public static long GetSize(string folder) => GetFiles(folder).Sum(f => f.Length);

    /// <summary>Files that the server received and has not yet taken or thrown away.</summary>
    public static IReadOnlyList<FileInfo> Staged(string repositoryFolder)
    {
        var staging = new DirectoryInfo(Path.Combine(repositoryFolder, ".staging"));
        return staging.Exists ? staging.GetFiles() : [];
    }

    static IEnumerable<FileInfo> GetFiles(string folder) => new DirectoryInfo(folder)
        .EnumerateFiles(
            "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
}
