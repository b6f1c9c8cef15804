using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>Opens regular files for reading, and nothing else: no links, and no FIFO or device, which may block.</summary>
public static partial class RegularFile
{
    const int PathOnly = 0x200000, CloseOnExec = 0x80000; // O_PATH, O_CLOEXEC
    const int NotFound = 2, Denied = 13, NotFolder = 20, NameTooLong = 36;

    /// <summary>O_NOFOLLOW, which is not the same on every architecture.</summary>
    static readonly int _doNotFollow =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <summary>Opens a file, or returns null if there is no regular file at the path.</summary>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="IOException">The medium failed.</exception>
    public static SafeFileHandle? Open(string path) => Open(path, out _);

    /// <summary>Opens a file for asynchronous reading, and returns its status at that moment.</summary>
    internal static SafeFileHandle? Open(string path, out FileStatus status)
    {
        status = default;
        // This only refers to the file. Its type is known before it is opened, and cannot change in between.
        using var found = Open(path, PathOnly | _doNotFollow | CloseOnExec, 0);
        if (found.IsInvalid)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                NotFound or NotFolder or NameTooLong => null,
                Denied => throw Unreadable(path),
                _ => throw new IOException($"'{path}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}."),
            };
        }
        status = FileStatus.Of(found);
        if (!status.IsRegular)
            return null;
        try
        {
            // .NET opens it, because sockets send only from handles that .NET knows to be asynchronous.
            return File.OpenHandle(
                $"/proc/self/fd/{found.DangerousGetHandle()}", FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (UnauthorizedAccessException)
        {
            throw Unreadable(path);
        }
    }

    static UnauthorizedAccessException Unreadable(string path) => new($"Access to '{path}' is denied.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);
}
