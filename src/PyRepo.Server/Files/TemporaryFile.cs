using Microsoft.Win32.SafeHandles;
using PyRepo.Server.Admission;
using PyRepo.Server.Limits;

namespace PyRepo.Server.Files;

/// <summary>
/// Bytes in the folder for temporary files, which all together have at most
/// <see cref="ServerLimits.MaxTemporaryLength"/>. The file has no name, and goes with the last reference, or when the
/// process ends, however that ends.
/// </summary>
sealed class TemporaryFile
{
    static long _used;

    readonly long _length;

    TemporaryFile(SafeFileHandle handle, long length) => (Handle, _length) = (handle, length);

    ~TemporaryFile() => Interlocked.Add(ref _used, -_length);

    /// <summary>The open file. It is opened for asynchronous reads.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Writes bytes to a new file.</summary>
    /// <exception cref="OverloadedException">There is no room for it among the others.</exception>
    /// <exception cref="IOException">The folder is full, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException"/>
    public static TemporaryFile Create(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long length)
    {
        Take(length);
        try
        {
            return new TemporaryFile(Write(pieces, length), length);
        }
        catch
        {
            Interlocked.Add(ref _used, -length);
            throw;
        }
    }

    static void Take(long length)
    {
        if (TryTake(length))
            return;
        // Those that nobody reads any more are there until they are collected.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (!TryTake(length))
            throw new OverloadedException();
    }

    static bool TryTake(long length)
    {
        if (Interlocked.Add(ref _used, length) <= ServerLimits.MaxTemporaryLength)
            return true;
        Interlocked.Add(ref _used, -length);
        return false;
    }

    static SafeFileHandle Write(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long length)
    {
        var path = Path.Combine(Path.GetTempPath(), $"pyrepo-page-{Guid.NewGuid():N}");
        var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous, length);
        try
        {
            File.Delete(path);
            RandomAccess.Write(file, pieces, fileOffset: 0);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
