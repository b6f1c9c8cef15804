namespace PyRepo.Testing;

/// <summary>The files that a test reads one by one.</summary>
public static class TestFiles
{
    /// <summary>The paths of the files in a folder, in order. A test of no file would show nothing.</summary>
    /// <exception cref="InvalidOperationException">There is no such file.</exception>
    public static IReadOnlyList<string> In(string folder, string pattern = "*")
    {
        var files = Directory.GetFiles(folder, pattern);
        Array.Sort(files, StringComparer.Ordinal);
        return files.Length > 0 ? files
            : throw new InvalidOperationException($"No file in {folder} matches {pattern}.");
    }
}
