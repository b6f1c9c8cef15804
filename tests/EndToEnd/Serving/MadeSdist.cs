using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>A small source distribution made for a test.</summary>
public sealed record MadeSdist(string Project, string Version, byte[] Bytes)
{
    /// <summary>Its file name.</summary>
    public string FileName => $"{Project.Replace('-', '_')}-{Version}.tar.gz";

    /// <summary>Makes one.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="version">The version.</param>
    /// <param name="metadata">More lines of PKG-INFO.</param>
    public static MadeSdist Create(string project, string version, string metadata = "")
    {
        using var bytes = new MemoryStream();
        var folder = $"{project.Replace('-', '_')}-{version}";
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            Add(tar, $"{folder}/PKG-INFO", $"Metadata-Version: 2.2\nName: {project}\nVersion: {version}\n{metadata}");
            Add(tar, $"{folder}/pyproject.toml", "[build-system]\nrequires = []\n");
        }
        return new MadeSdist(project, version, bytes.ToArray());
    }

    /// <summary>The right form for it.</summary>
    public UploadParts ToParts() => new UploadParts([])
        .Add(":action", "file_upload").Add("protocol_version", "1").Add("metadata_version", "2.2")
        .Add("name", Project).Add("version", Version).Add("filetype", "sdist").Add("pyversion", "source")
        .Add("sha256_digest", Convert.ToHexStringLower(SHA256.HashData(Bytes)))
        .AddFile("content", FileName, Bytes);

    static void Add(TarWriter tar, string name, string text) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        });
}
