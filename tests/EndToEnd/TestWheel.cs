using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace EndToEnd;

/// <summary>A small, valid wheel made for a test.</summary>
public sealed record TestWheel(string Project, string Version, byte[] Bytes)
{
    /// <summary>Its file name.</summary>
    public string FileName => $"{Project.Replace('-', '_')}-{Version}-py3-none-any{Variant}.whl";

    /// <summary>The label of a variant wheel, with a dash before it, or empty.</summary>
    public string Variant { get; init; } = "";

    /// <summary>The SHA-256 of its bytes, in lower-case hexadecimal.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>Makes one.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="payload">Bytes of incompressible content.</param>
    /// <param name="seed">Other seeds give other bytes.</param>
    /// <param name="metadataName">What METADATA says, where that is to differ.</param>
    /// <param name="metadataVersion">What METADATA says, where that is to differ.</param>
    /// <param name="metadata">More lines of METADATA.</param>
    /// <param name="entryPoints">Its entry_points.txt, or null.</param>
    /// <param name="record">What RECORD says of its module, where that is to differ.</param>
    public static TestWheel Create(
        string project, string version, int payload = 100, int seed = 0, string? metadataName = null,
        string? metadataVersion = null, string metadata = "", string? entryPoints = null, string? record = null)
    {
        var content = new byte[payload];
        new Random(seed).NextBytes(content);
        using var bytes = new MemoryStream();
        var info = $"{project.Replace('-', '_')}-{version}.dist-info";
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, $"{project.Replace('-', '_')}/__init__.py", content, CompressionLevel.NoCompression);
            Add(zip, $"{info}/METADATA", Text(
                $"Metadata-Version: 2.1\nName: {metadataName ?? project}\nVersion: {metadataVersion ?? version}\n"
                + $"Requires-Python: >=3.8\n{metadata}"));
            Add(zip, $"{info}/WHEEL",
                Text("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
            if (entryPoints is not null)
                Add(zip, $"{info}/entry_points.txt", Text(entryPoints));
            Add(zip, $"{info}/RECORD", Text(
                (record ?? $"{project.Replace('-', '_')}/__init__.py,,\n")
                + (entryPoints is null ? "" : $"{info}/entry_points.txt,,\n")
                + $"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"));
        }
        return new TestWheel(project, version, bytes.ToArray());
    }

    /// <summary>Makes one of a single module, which clients can install and Python can import.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="source">The module's source.</param>
    /// <param name="requires">What it depends on.</param>
    public static TestWheel Module(string project, string version, string source, params IReadOnlyList<string> requires)
    {
        using var bytes = new MemoryStream();
        var module = project.Replace('-', '_');
        var info = $"{module}-{version}.dist-info";
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, $"{module}.py", Text(source));
            Add(zip, $"{info}/METADATA", Text(
                $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"
                + $"{string.Concat(requires.Select(r => $"Requires-Dist: {r}\n"))}"));
            Add(zip, $"{info}/WHEEL",
                Text("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
            Add(zip, $"{info}/RECORD", Text($"{module}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"));
        }
        return new TestWheel(project, version, bytes.ToArray());
    }

    static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    static void Add(ZipArchive zip, string name, byte[] content, CompressionLevel level = CompressionLevel.Fastest)
    {
        var entry = zip.CreateEntry(name, level);
        // The same wheel made twice has the same bytes.
        entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write(content);
    }
}
