using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>
/// Flushes to the disk, and says when that fails. .NET's own <c>RandomAccess.FlushToDisk</c> and
/// <c>FileStream.Flush(true)</c> return as if they had succeeded.
/// </summary>
/// <remarks>
/// The kernel reports an error once: the bytes of a failed flush count as written from then on, so a second flush of
/// them proves nothing. See fsync(2).
/// </remarks>
public static partial class DiskFlush
{
    const int ReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC, the same on every architecture, unlike O_DIRECTORY
    const int NotNeeded = 4; // POSIX_FADV_DONTNEED, the same on x64 and arm64
    const int Interrupted = 4, NotFound = 2, Denied = 13;

    /// <summary>Makes the bytes of a file durable.</summary>
    /// <exception cref="IOException">They are not. Its <c>HResult</c> is the error of the system.</exception>
    public static void FlushFile(SafeFileHandle file)
    {
        while (Sync(file) != 0)
            ThrowUnlessInterrupted("A file could not be flushed");
    }

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException">They are not. Its <c>HResult</c> is the error of the system.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static void FlushFolder(string path)
    {
        using var folder = OpenFolder(path);
        while (Sync(folder) != 0)
            ThrowUnlessInterrupted($"The folder '{path}' could not be flushed");
    }

    /// <summary>Makes everything in the file system of a folder durable.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public static void FlushFileSystem(string path)
    {
        using var folder = OpenFolder(path);
        while (SyncFileSystem(folder) != 0)
            ThrowUnlessInterrupted($"The file system of '{path}' could not be flushed");
    }

    /// <summary>
    /// Makes the bytes of a file durable, and drops them from the kernel's memory, so that they are next read from the
    /// disk: what a flush that failed earlier has lost is seen only then.
    /// </summary>
    /// <exception cref="IOException">They are not durable.</exception>
    public static void FlushAndForget(SafeFileHandle file)
    {
        FlushFile(file);
        // Returns its error instead of setting errno. A file system without a disk has nothing to forget.
        _ = Advise(file, 0, 0, NotNeeded);
    }

    static SafeFileHandle OpenFolder(string path)
    {
        while (true)
        {
            var folder = Open(path, ReadOnly, 0);
            if (!folder.IsInvalid)
                return folder;
            folder.Dispose();
            switch (Marshal.GetLastPInvokeError())
            {
                case NotFound:
                    throw new DirectoryNotFoundException($"The folder '{path}' is gone.");
                case Denied:
                    throw new UnauthorizedAccessException($"The folder '{path}' may not be read.");
            }
            ThrowUnlessInterrupted($"The folder '{path}' could not be opened");
        }
    }

    static void ThrowUnlessInterrupted(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
            throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
