using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <summary>
/// Reads regular files and nothing else: no FIFO or device, which may block. Each method says whether it follows links.
/// </summary>
public static class RegularFile
{
    /// <summary>Returns whether there is a regular file at a path, or a link to one.</summary>
    public static bool Exists(string path) => FileStatus.From(path, followsLink: true) is { IsRegular: true };

    /// <summary>
    /// Opens a file for asynchronous reading, or returns null if there is no regular file at the path, or a link.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="IOException">The medium failed.</exception>
    public static SafeFileHandle? Open(string path) => Open(path, out _);

    /// <summary>
    /// Reads all of a file, or returns null if there is nothing at the path. Links to a regular file are followed.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="IOException">The file is too long or no regular file, or the medium failed.</exception>
    public static byte[]? ReadAll(string path, int maxLength)
    {
        if (FileStatus.From(path, followsLink: true) is not { } status)
            return null;
        if (!status.IsRegular)
            throw new IOException($"'{path}' is not a regular file.");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var text = new MemoryStream((int)Math.Min(status.Length, maxLength));
        var buffer = new byte[16 * 1024];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            if (text.Length + read > maxLength)
                throw new IOException($"'{path}' is larger than {maxLength} bytes.");
            text.Write(buffer, 0, read);
        }
        return text.ToArray();
    }

    /// <summary>Opens a file, and returns its status at that moment.</summary>
    internal static SafeFileHandle? Open(string path, out FileStatus status)
    {
        status = default;
        // To open a FIFO or a device is to wait for it, so the type is looked at before.
        if (FileStatus.From(path) is not { IsRegular: true } before)
            return null;
        try
        {
            // Asynchronous, so that sockets can send from the handle.
            var file = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.Asynchronous);
            status = FileStatus.From(file);
            if (status.Identity == before.Identity || FileStatus.From(path)?.Identity == status.Identity)
                return file;
            // A link took the place of the file in between.
            file.Dispose();
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
