namespace PyRepo.Storage.Directories;

/// <summary>Writes small files outside of a store.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file as a whole: readers find the old or the new one, after a power cut too.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mode">The permissions.</param>
    /// <exception cref="IOException">The disk failed. The old file is still there, or the new one already.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var temporary = $"{path}.{Environment.ProcessId}";
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                BufferSize = 0,
            }))
            {
                File.SetUnixFileMode(file.SafeFileHandle, mode);
                file.Write(content);
                DiskFlush.FlushFile(file.SafeFileHandle);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
        DiskFlush.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
