using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage;

/// <summary>
/// A file in the folder for temporary files that has no name, so that it goes with its last handle, or when the process
/// ends, however that ends.
/// </summary>
public static class UnnamedFile
{
    /// <summary>Opens an empty file for reading and writing.</summary>
    /// <param name="prefix">Begins the name that it has for a moment.</param>
    /// <param name="options">How the handle is used.</param>
    /// <exception cref="IOException">The folder is full, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException"/>
    public static SafeFileHandle Open(string prefix, FileOptions options = FileOptions.None)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{prefix}-{Guid.NewGuid():N}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, options);
        try
        {
            File.Delete(path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
