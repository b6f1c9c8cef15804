using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Bench.Hostile;

/// <summary>Makes archives that are small as files, and large as archives.</summary>
static class HostileArchive
{
    const int HeaderLength = 512;

    /// <summary>A wheel with an empty METADATA in each of many <c>.dist-info</c> directories with long names.</summary>
    public static byte[] WheelOfDirectories(int count)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var padding = new string('x', 960);
            for (var i = 0; i < count; i++)
                zip.CreateEntry($"costly{i}{padding}-1.0.dist-info/METADATA", CompressionLevel.NoCompression);
        }
        return bytes.ToArray();
    }

    /// <summary>A valid wheel whose README repeats a text, as long as the metadata that is shown.</summary>
    public static byte[] WheelWithDescription(string project, string version, string part)
    {
        var description = string.Concat(Enumerable.Repeat(part, 250_000 / part.Length));
        var info = $"{project.Replace('-', '_')}-{version}.dist-info";
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("METADATA", $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"
                + $"Description-Content-Type: text/markdown\n\n# {description}\n");
            Add("WHEEL", "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            Add("RECORD", $"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n");

            void Add(string member, string text)
            {
                using var stream = zip.CreateEntry($"{info}/{member}").Open();
                stream.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return bytes.ToArray();
    }

    /// <summary>An sdist with the same header of one folder many times.</summary>
    public static byte[] SdistOfHeaders(int count)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "costly-1.0/"));
        var header = tar.GetBuffer().AsMemory(0, HeaderLength);
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < count; i++)
                gzip.Write(header.Span);
            gzip.Write(new byte[2 * HeaderLength]);
        }
        return bytes.ToArray();
    }
}
