using Microsoft.Win32.SafeHandles;
using PyRepo.Storage.Directories;

namespace PyRepo.Storage.Buckets;

/// <summary>
/// A local folder for the bytes that are on their way to a bucket, or were read from it. Its files have no names, so
/// that the kernel removes them when the process ends, for whatever reason.
/// </summary>
public sealed class ScratchFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Creates a file.</summary>
    /// <param name="expectedLength">The room to reserve for it.</param>
    /// <exception cref="StoreFullException">There is not enough room.</exception>
    public SafeFileHandle CreateFile(long? expectedLength)
    {
        var name = System.IO.Path.Combine(path, $".{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(path);
            return File.OpenHandle(
                name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
                // What is sent with sendfile(2) has to be open like this.
                FileOptions.Asynchronous, expectedLength ?? 0);
        }
        catch (IOException error) when (PosixFile.MeansFull(error)
            || (expectedLength is not null && PosixFile.MeansNotReserved(error)))
        {
            throw Full(error);
        }
        finally
        {
            File.Delete(name);
        }
    }

    /// <summary>Writes all of the bytes to a file.</summary>
    /// <exception cref="StoreFullException">There is not enough room.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            throw Full(error);
        }
    }

    static StoreFullException Full(IOException error) =>
        new("The scratch volume for uploads to the bucket is full.", error);
}
