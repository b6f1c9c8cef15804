using System.Xml.Linq;

namespace PyRepo.Testing;

/// <summary>The files of this repository.</summary>
public static class SourceTree
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string At(params ReadOnlySpan<string> names) => Path.Combine([Root, .. names]);

    /// <summary>All source files with an extension, by their paths below the root.</summary>
    public static IEnumerable<string> Files(string folder, string extension) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*" + extension, SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Root, path))
        .Where(path => !path.Split('/').Any(part => part is "artifacts" or "bin" or "obj"))
        .Order(StringComparer.Ordinal);

    /// <summary>The lines of C# below a folder that are no comments, trimmed, with the paths of their files.</summary>
    public static IEnumerable<(string File, string Text)> CodeLines(string folder) =>
        from file in Files(folder, ".cs")
        from line in Read(file).Split('\n')
        let text = line.Trim()
        where !text.StartsWith("//", StringComparison.Ordinal)
        select (file, text);

    /// <summary>Reads a file by its path below the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <inheritdoc cref="Read"/>
    public static XDocument ReadXml(string path) => XDocument.Load(Path.Combine(Root, path));

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PyRepoOperator.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above holds PyRepoOperator.sln.");
        return folder.FullName;
    }
}
