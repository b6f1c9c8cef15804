using System.IO.Compression;
using System.Text;

namespace PyRepo.Testing;

/// <summary>Makes small wheels that every check lets pass.</summary>
public static class WheelFile
{
    /// <summary>The file name of a pure wheel.</summary>
    public static string GetName(string project, string version) =>
        $"{project.Replace('-', '_')}-{version}-py3-none-any.whl";

    /// <summary>What the METADATA of <see cref="Make"/> says.</summary>
    public static string GetMetadata(string project, string version) =>
        $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\nSummary: Of {project}\nRequires-Python: >=3.8\n";

    /// <summary>The bytes of a wheel.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="content">What its one module holds; other contents give other bytes.</param>
    /// <param name="metadata">Its METADATA, where they shall say something else.</param>
    /// <param name="record">What RECORD says of its module, where that shall be something else.</param>
    public static byte[] Make(
        string project, string version, string content = "", string? metadata = null, string? record = null)
    {
        using var bytes = new MemoryStream();
        var name = project.Replace('-', '_');
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var info = $"{name}-{version}.dist-info";
            Add(zip, $"{name}/__init__.py", content);
            Add(zip, $"{info}/METADATA", metadata ?? GetMetadata(project, version));
            Add(zip, $"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            Add(zip, $"{info}/RECORD",
                (record ?? $"{name}/__init__.py,,\n") + $"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n");
        }
        return bytes.ToArray();
    }

    static void Add(ZipArchive zip, string name, string content)
    {
        var entry = zip.CreateEntry(name);
        // The same content makes the same bytes, whenever it is made.
        entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
    }
}
