using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>A local file with the bytes of an object.</summary>
/// <param name="file">The file.</param>
/// <param name="length">Its length in bytes.</param>
/// <param name="isOwned">Whether the file is closed with this.</param>
public sealed class LocalCopy(SafeFileHandle file, long length, bool isOwned) : IDisposable
{
    /// <summary>The file.</summary>
    public SafeFileHandle File => file;

    /// <summary>Its length in bytes.</summary>
    public long Length => length;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOwned)
            file.Dispose();
    }
}
