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

    readonly string _holderFile;

    DirectoryLock(FileStream file, string holderFile, bool wasReleased) =>
        (_file, _holderFile, WasReleased) = (file, holderFile, wasReleased);

    /// <summary>
    /// Whether the last holder released the lock. If not, it was killed, or the machine lost power.
    /// </summary>
    public bool WasReleased { get; }

    /// <summary>Takes the lock, or returns null if another process has it.</summary>
    /// <exception cref="IOException">The folder cannot be created or written.</exception>
    public static DirectoryLock? TryTake(string root)
    {
        Directory.CreateDirectory(root);
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
        // In a separate file, because a locked file cannot be read.
        var holderFile = Path.Combine(root, HolderFile);
        var wasReleased = !File.Exists(holderFile);
        File.WriteAllText(holderFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        // Its presence tells the next holder that this one did not release the lock, so it has to survive a power cut.
        PosixFile.FlushDirectory(root);
        return new DirectoryLock(file, holderFile, wasReleased);
    }

    /// <summary>Returns the id of the process that has the lock, or null if it is not known.</summary>
    public static int? HolderOf(string root)
    {
        var path = Path.Combine(root, HolderFile);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var pid)
            ? pid : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_holderFile);
        _file.Dispose();
    }
}
