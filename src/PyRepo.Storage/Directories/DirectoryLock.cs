using System.Globalization;

namespace PyRepo.Storage.Directories;

/// <summary>
/// The right to write to a directory store. The kernel gives it back when the process ends, however it ends.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    const string LockFile = ".lock";
    const string HolderFile = ".lock-holder";
    const int WouldBlock = 11;
    readonly FileStream _file;

    DirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or returns null when another process holds it.</summary>
    /// <exception cref="IOException">The folder can't be made or written.</exception>
    public static DirectoryLock? TryTake(string root)
    {
        Directory.CreateDirectory(root);
        FileStream file;
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) here.
            file = new FileStream(
                Path.Combine(root, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when ((error.HResult & 0xffff) == WouldBlock)
        {
            return null;
        }
        // Beside the lock, for a locked file can't be read.
        File.WriteAllText(
            Path.Combine(root, HolderFile), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new DirectoryLock(file);
    }

    /// <summary>The process id that holds (or last held) the lock; null where that is not known.</summary>
    public static int? HolderOf(string root)
    {
        var path = Path.Combine(root, HolderFile);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var pid)
            ? pid : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
