using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Buckets;

/// <summary>The bytes of a request: either in memory, or a section of a local file. They can be read again.</summary>
public readonly record struct BucketBody
{
    readonly ReadOnlyMemory<byte> _bytes;
    readonly SafeFileHandle? _file;
    readonly long _offset;

    /// <summary>Bytes in memory.</summary>
    public BucketBody(ReadOnlyMemory<byte> bytes) => (_bytes, Length) = (bytes, bytes.Length);

    /// <summary>A section of a file.</summary>
    public BucketBody(SafeFileHandle file, long offset, long length) =>
        (_file, _offset, Length) = (file, offset, length);

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    /// <summary>Opens a stream of the bytes. Its position 0 is the first one.</summary>
    public Stream Open()
    {
        if (_file is not null)
            return new FileSectionStream(_file, _offset, _offset + Length);
        return MemoryMarshal.TryGetArray(_bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(_bytes.ToArray(), writable: false);
    }
}
