using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace PyRepo.Release.Files;

/// <summary>
/// A <c>.tar.gz</c> that has the same bytes in each run: files in the order of their names, of nobody, at one time.
/// </summary>
static class Tarball
{
    const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Packs files, by their paths in the archive.</summary>
    public static byte[] Pack(IEnumerable<KeyValuePair<string, byte[]>> files, DateTimeOffset time) =>
        Compress(Tar(files, time));

    /// <summary>Packs programs, by their paths in the archive.</summary>
    public static byte[] PackPrograms(IEnumerable<KeyValuePair<string, byte[]>> programs, DateTimeOffset time) =>
        Compress(Tar(programs, time, Executable));

    /// <summary>The same without compression.</summary>
    public static byte[] Tar(
        IEnumerable<KeyValuePair<string, byte[]>> files, DateTimeOffset time, UnixFileMode mode = Readable)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            foreach (var (name, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    ModificationTime = time,
                    Mode = mode,
                    DataStream = new MemoryStream(content),
                });
        return tar.ToArray();
    }

    /// <summary>The files of an uncompressed archive, by their paths without <c>./</c>.</summary>
    public static IReadOnlyDictionary<string, byte[]> Unpack(Stream archive)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var reader = new TarReader(archive);
        while (reader.GetNextEntry() is { } entry)
            if (entry.DataStream is { } data)
                files[GetPath(entry)] = Read(data);
        return files;
    }

    /// <summary>All text files below a folder, by their paths below it.</summary>
    public static IEnumerable<KeyValuePair<string, string>> TextsBelow(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        select KeyValuePair.Create(Path.GetRelativePath(folder, path), File.ReadAllText(path, Encoding.UTF8));

    /// <summary>One file of a compressed archive, by its path without <c>./</c>, or null.</summary>
    public static byte[]? Find(byte[] packed, string path)
    {
        using var reader = new TarReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress));
        while (reader.GetNextEntry() is { } entry)
            if (entry.DataStream is { } data && GetPath(entry) == path)
                return Read(data);
        return null;
    }

    static byte[] Compress(byte[] tar)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(tar);
        return packed.ToArray();
    }

    static string GetPath(TarEntry entry) => entry.Name is ['.', '/', .. var path] ? path : entry.Name;

    static byte[] Read(Stream data)
    {
        using var content = new MemoryStream();
        data.CopyTo(content);
        return content.ToArray();
    }
}
