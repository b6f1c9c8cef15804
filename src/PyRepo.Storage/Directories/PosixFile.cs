using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>
/// System calls that .NET does not offer: flushing a folder or a file system, and starting write-back early.
/// </summary>
static partial class PosixFile
{
    const int ReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC, the same on every architecture, unlike O_DIRECTORY
    const uint StartWriteBack = 2; // SYNC_FILE_RANGE_WRITE
    const int UnspecificError = unchecked((int)0x80131620);
    const int NotFound = 2, AccessDenied = 13, NoSpace = 28, QuotaExceeded = 122, FileTooLarge = 27;

    /// <summary>
    /// Makes the names in a folder durable by calling fsync(2) on the folder. A folder that no longer exists, or that
    /// this process may not read, is skipped.
    /// </summary>
    public static void FlushDirectory(string path)
    {
        using var handle = Open(path, ReadOnly, 0);
        if (handle.IsInvalid && Marshal.GetLastPInvokeError() is NotFound or AccessDenied)
            return;
        if (handle.IsInvalid || Sync(handle) != 0)
            throw new IOException($"Could not flush the folder '{path}': {new Win32Exception().Message}.");
    }

    /// <summary>Makes everything in the file system of a folder durable by calling syncfs(2).</summary>
    public static void FlushFileSystem(string folder)
    {
        using var handle = Open(folder, ReadOnly, 0);
        if (handle.IsInvalid || SyncFileSystem(handle) != 0)
            throw new IOException($"Could not flush the file system of '{folder}': {new Win32Exception().Message}.");
    }

    /// <summary>
    /// Asks the kernel to start writing a range, so that a later flush takes less time. This is only a hint.
    /// </summary>
    public static void BeginWriteBack(SafeFileHandle file, long offset, long length) =>
        _ = SyncFileRange(file, offset, length, StartWriteBack);

    /// <summary>Whether the error means that the medium, the quota or the file size limit is exhausted.</summary>
    public static bool MeansFull(IOException error) =>
        (error.HResult & 0xffff) is NoSpace or QuotaExceeded or FileTooLarge;

    /// <summary>
    /// Whether the error means that .NET could not reserve space for a new file. It has no error code of the kernel.
    /// </summary>
    public static bool MeansNotReserved(IOException error) =>
        error.GetType() == typeof(IOException) && error.HResult == UnspecificError;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
