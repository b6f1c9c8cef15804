namespace PyRepo.Packaging.Metadata;

/// <summary>A member in the central directory of a ZIP
/// (<see href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</see> 4.3.12).</summary>
/// <param name="RawName">The name's bytes.</param>
/// <param name="Name">The name, decoded.</param>
/// <param name="Flags">The general purpose bits.</param>
/// <param name="Method">The compression: 0 stored, 8 deflated.</param>
/// <param name="Crc">The CRC-32 of the decompressed bytes.</param>
/// <param name="CompressedSize">The size in the archive, in bytes.</param>
/// <param name="Size">The decompressed size, in bytes.</param>
/// <param name="Offset">The position of the local header in the file.</param>
sealed record ZipEntry(
    byte[] RawName, string Name, ushort Flags, ushort Method, uint Crc, long CompressedSize, long Size, long Offset)
{
    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    public bool IsEncrypted => (Flags & 1) != 0;

    /// <summary>Whether the sizes follow the data instead of being in the local header.</summary>
    public bool HasDataDescriptor => (Flags & 8) != 0;

    public bool IsDirectory => Name.EndsWith('/');
}
