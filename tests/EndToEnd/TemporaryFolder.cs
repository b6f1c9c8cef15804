namespace EndToEnd;

/// <summary>A folder of a test's own, removed with all that it holds.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("pyrepo-test-").FullName;

    /// <summary>A path below it. The folder that it lies in is made; it itself is not.</summary>
    public string At(params string[] parts)
    {
        var path = System.IO.Path.Combine([Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Makes a folder below it.</summary>
    public string Folder(params string[] parts) => Directory.CreateDirectory(System.IO.Path.Combine([Path, .. parts])).FullName;

    /// <summary>Writes a text file below it, and tells its path.</summary>
    public string Write(string name, string text)
    {
        var path = At(name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
