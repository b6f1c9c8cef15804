using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>Functions that .NET lacks: starting write-back early, and telling the system's errors apart.</summary>
static partial class PosixFile
{
    const uint StartWriteBack = 2; // SYNC_FILE_RANGE_WRITE
    const int UnspecificError = unchecked((int)0x80131620);
    const int NoSpace = 28, QuotaExceeded = 122, FileTooLarge = 27, NotEmpty = 39;

    /// <summary>
    /// Asks the kernel to start writing a range, so that a later flush takes less time. This is only a hint: the flush
    /// reports what fails.
    /// </summary>
    public static void BeginWriteBack(SafeFileHandle file, long offset, long length) =>
        _ = SyncFileRange(file, offset, length, StartWriteBack);

    /// <summary>Whether the error means that the medium, the quota or the file size limit is exhausted.</summary>
    public static bool MeansFull(Exception error) =>
        error is IOException && (error.HResult & 0xffff) is NoSpace or QuotaExceeded or FileTooLarge;

    /// <summary>Whether the error means that a folder has something in it.</summary>
    public static bool MeansNotEmpty(IOException error) => (error.HResult & 0xffff) == NotEmpty;

    /// <summary>
    /// Whether the error means that a new file's folder was absent. It names the file instead if the folder has been
    /// created since: .NET looks at the folder only after the call.
    /// </summary>
    public static bool MeansNoFolder(IOException error) =>
        error is DirectoryNotFoundException or FileNotFoundException;

    /// <summary>
    /// Whether the error means that .NET could not reserve space for a new file. It has no error code of the kernel.
    /// </summary>
    public static bool MeansNotReserved(IOException error) =>
        error.GetType() == typeof(IOException) && error.HResult == UnspecificError;

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
