using PyRepo.Packaging.FileNames;

namespace PyRepo.Packaging.Metadata;

/// <summary>The signatures (first bytes) of file types of which nothing else is read.</summary>
static class FileSignature
{
    static readonly (string Extension, byte[] Signature)[] _signatures =
    [
        (".tar.bz2", "BZh"u8.ToArray()),
        (".tar.xz", [0xFD, .. "7zXZ\0"u8]),
        (".tar.Z", [0x1F, 0x9D]),
        (".tar.lz", "LZIP"u8.ToArray()),
        (".exe", "MZ"u8.ToArray()),
        (".rpm", [0xED, 0xAB, 0xEE, 0xDB]),
        (".msi", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        (".deb", "!<arch>\n"u8.ToArray()),
    ];

    /// <summary>Checks the signature of a file, if its type has one.</summary>
    /// <exception cref="ArchiveException">The file does not begin with the signature, or is empty.</exception>
    public static ArchiveContent Check(Stream stream, string fileName)
    {
        if (stream.Length == 0)
            throw new ArchiveException("The file is empty.");
        FileExtension.TryFind(fileName, out var extension);
        var signature = Array.Find(_signatures, known => known.Extension == extension?.Canonical).Signature ?? [];
        var start = new byte[signature.Length];
        stream.Position = 0;
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (length < signature.Length || !start.SequenceEqual(signature))
            throw new ArchiveException($"The file does not begin like a {extension!.Canonical} file.");
        return ArchiveContent.WithoutMetadata;
    }
}

/// <summary>The metadata found in an archive.</summary>
/// <param name="Metadata">The bytes of METADATA or PKG-INFO; null if there is none, or if it cannot be read.
/// </param>
/// <param name="MetadataPath">Its path inside the archive, or null.</param>
public sealed record ArchiveContent(byte[]? Metadata, string? MetadataPath)
{
    /// <summary>An archive without metadata.</summary>
    public static ArchiveContent WithoutMetadata { get; } = new(null, null);
}
