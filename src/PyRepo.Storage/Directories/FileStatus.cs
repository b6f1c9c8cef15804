using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>
/// The status of a file by statx(2). .NET does not tell a FIFO or a device from a regular file, and has no inode
/// numbers.
/// </summary>
readonly partial record struct FileStatus
{
    const int CurrentFolder = -100; // AT_FDCWD
    const int OfLinkItself = 0x100; // AT_SYMLINK_NOFOLLOW
    const int OfDescriptor = 0x1000; // AT_EMPTY_PATH
    const uint BasicFields = 0x7ff; // STATX_BASIC_STATS
    const int NotFound = 2, Denied = 13, NotFolder = 20, NameTooLong = 36;
    const int TypeMask = 0xf000, RegularType = 0x8000, FolderType = 0x4000, LinkType = 0xa000;

    static readonly long _earliest = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    static readonly long _latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    readonly int _type;

    FileStatus(in Buffer buffer)
    {
        _type = buffer.Mode & TypeMask;
        Length = (long)buffer.Size;
        // File systems store times that .NET cannot represent.
        Modified = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(buffer.ModifiedSeconds, _earliest, _latest))
            .AddTicks(buffer.ModifiedNanoseconds / TimeSpan.NanosecondsPerTick);
        Identity = (((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor, buffer.Inode);
    }

    public bool IsRegular => _type == RegularType;

    public bool IsFolder => _type == FolderType;

    public bool IsLink => _type == LinkType;

    public long Length { get; }

    public DateTimeOffset Modified { get; }

    /// <summary>The device and the inode. As long as a file is open, no other file has the same.</summary>
    public (ulong Device, ulong Inode) Identity { get; }

    /// <summary>Returns the status of what is at a path, or null if there is nothing.</summary>
    /// <exception cref="UnauthorizedAccessException">A folder above may not be searched.</exception>
    /// <exception cref="IOException">The medium failed.</exception>
    public static FileStatus? From(string path, bool followsLink = false) =>
        Statx(CurrentFolder, path, followsLink ? 0 : OfLinkItself, BasicFields, out var buffer) == 0
            ? new FileStatus(buffer)
            : Absent(path);

    /// <summary>Returns the status of an open file.</summary>
    /// <exception cref="IOException">The medium failed.</exception>
    public static FileStatus From(SafeFileHandle file) =>
        Statx(file, "", OfDescriptor, BasicFields, out var buffer) == 0
            ? new FileStatus(buffer)
            : throw new IOException($"An open file cannot be examined: {Marshal.GetLastPInvokeErrorMessage()}.");

    /// <summary>Describes the file as an object of a store.</summary>
    public StoredObject ToObject(string key)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"{Length:x}-{Modified.Ticks:x}");
        return new(key, Length, new VersionTag(version), Modified);
    }

    static FileStatus? Absent(string path) => Marshal.GetLastPInvokeError() switch
    {
        NotFound or NotFolder or NameTooLong => null,
        Denied => throw new UnauthorizedAccessException($"Access to '{path}' is denied."),
        _ => throw new IOException($"'{path}' cannot be examined: {Marshal.GetLastPInvokeErrorMessage()}."),
    };

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint fields, out Buffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint fields, out Buffer buffer);

    /// <summary><c>struct statx</c>, which is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Buffer
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
