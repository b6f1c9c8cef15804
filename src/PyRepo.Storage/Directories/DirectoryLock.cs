using System.Globalization;

namespace PyRepo.Storage.Directories;

/// <summary>
/// The right to write to a directory store. The kernel releases it when the process ends, for whatever reason.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    const string LockFile = ".lock";
    const string HolderFile = ".lock-holder";
    const int WouldBlock = 11;
    readonly FileStream _file;
    readonly string _path;
    readonly (ulong Device, ulong Inode) _identity;

    DirectoryLock(FileStream file) =>
        (_file, _path, _identity) = (file, file.Name, FileStatus.From(file.SafeFileHandle).Identity);

    /// <summary>
    /// Whether the last holder released the lock. If not, it was killed, or the machine lost power.
    /// </summary>
    public bool WasReleased { get; private init; }

    /// <summary>Takes the lock, or returns null if another process has it. The folder must exist.</summary>
    /// <exception cref="IOException">The folder does not exist, or cannot be written.</exception>
    public static DirectoryLock? TryTake(string root)
    {
        FileStream file;
        try
        {
            // On this platform, FileShare.None means flock(LOCK_EX | LOCK_NB).
            file = new FileStream(
                Path.Combine(root, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when ((error.HResult & 0xffff) == WouldBlock)
        {
            return null;
        }
        var holderFile = Path.Combine(root, HolderFile);
        var taken = new DirectoryLock(file) { WasReleased = !File.Exists(holderFile) };
        if (!taken.IsInPlace)
        {
            // Somebody removed the file between the two calls. Another process may lock the next one.
            taken.Dispose();
            return null;
        }
        try
        {
            WriteHolder(root, holderFile);
            return taken;
        }
        catch
        {
            taken.Release(inOrder: false);
            throw;
        }
    }

    static void WriteHolder(string root, string holderFile)
    {
        try
        {
            // In a separate file, because a locked file cannot be read.
            File.WriteAllText(holderFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException error) when (PosixFile.MeansFull(error))
        {
            // What is stored can be read from a full disk all the same.
        }
        // Its presence tells the next holder that this one did not release the lock, so it has to survive a power cut.
        DiskFlush.FlushFolder(root);
    }

    /// <summary>
    /// Whether the lock still protects the folder. If the folder was removed, unmounted or replaced, another process
    /// can lock what is now in its place.
    /// </summary>
    public bool IsInPlace
    {
        get
        {
            try
            {
                return FileStatus.From(_path)?.Identity == _identity;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Throws unless the lock still protects the folder.</summary>
    /// <exception cref="StoreUnavailableException">The folder was removed, unmounted or replaced.</exception>
    public void Require()
    {
        if (!IsInPlace)
        {
            throw new StoreUnavailableException(
                "The folder with the data was removed, unmounted or replaced. "
                + "Nothing is read or written until it is back.");
        }
    }

    /// <summary>Returns the id of the process that has the lock, or null if it is not known.</summary>
    public static int? GetHolder(string root)
    {
        var path = Path.Combine(root, HolderFile);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var pid)
            ? pid : null;
    }

    /// <inheritdoc/>
    public void Dispose() => Release(inOrder: true);

    /// <summary>Releases the lock, unless it is released already.</summary>
    /// <param name="inOrder">
    /// Whether the next holder may rely on the folder. If not, it is as if this process had been killed.
    /// </param>
    public void Release(bool inOrder)
    {
        if (_file.SafeFileHandle.IsClosed)
            return;
        if (inOrder && IsInPlace)
            File.Delete(Path.Combine(Path.GetDirectoryName(_path)!, HolderFile));
        _file.Dispose();
    }
}
