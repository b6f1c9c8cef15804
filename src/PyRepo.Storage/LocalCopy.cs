using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>A local file with the bytes of an object.</summary>
/// <param name="file">The file.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="isOwned">Whether the file is closed with this.</param>
public sealed class LocalCopy(SafeFileHandle file, long length, bool isOwned) : IDisposable
{
    /// <summary>Called if the disk cannot read the file.</summary>
    public Action<IOException>? ReadFailed { get; init; }

    /// <summary>Opens a stream over all of the bytes.</summary>
    public FileSectionStream OpenRead() => new(file, 0, length, ReadFailed);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOwned)
            file.Dispose();
    }
}
