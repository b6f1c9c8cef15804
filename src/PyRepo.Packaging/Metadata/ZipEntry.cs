namespace PyRepo.Packaging.Metadata;

/// <summary>A member in the central directory of a ZIP
/// (<see href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</see> 4.3.12).</summary>
sealed record ZipEntry
{
    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    const ushort EncryptedFlag = 1;
    const ushort UnicodeFlag = 0x800;

    /// <summary>The name's bytes.</summary>
    public required byte[] RawName { get; init; }

    /// <summary>The name, decoded.</summary>
    public required string Name { get; init; }

    /// <summary>The system on which the member was added: 0 MS-DOS, 2 VMS, 3 Unix, ….</summary>
    public required byte System { get; init; }

    /// <summary>The version of the ZIP format that is needed to extract the member, times ten.</summary>
    public required byte Version { get; init; }

    /// <summary>The general purpose bits.</summary>
    public required ushort Flags { get; init; }

    /// <summary>The compression: 0 stored, 8 deflated.</summary>
    public required ushort Method { get; init; }

    /// <summary>The CRC-32 of the decompressed bytes.</summary>
    public required uint Crc { get; init; }

    /// <summary>The size in the archive, in bytes.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>The decompressed size, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The position of the local header in the file.</summary>
    public required long Offset { get; init; }

    /// <summary>The extra fields.</summary>
    public required byte[] Extra { get; init; }

    public required bool HasComment { get; init; }

    /// <summary>The part of the ZIP that holds the member, 0 if there is one part.</summary>
    public required ushort Disk { get; init; }

    /// <summary>The type and permissions of the file on Unix; 0 if unknown.</summary>
    public required ushort Mode { get; init; }

    public bool IsEncrypted => (Flags & EncryptedFlag) != 0;

    /// <summary>Whether the name is declared to be UTF-8.</summary>
    public bool IsUnicode => (Flags & UnicodeFlag) != 0;

    public bool IsDirectory => Name.EndsWith('/');
}
