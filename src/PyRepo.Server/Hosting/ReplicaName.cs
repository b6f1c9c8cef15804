using PyRepo.Storage.Directories;

namespace PyRepo.Server.Hosting;

/// <summary>
/// The name of this process among those that use a bucket: the pod's, with an id that a restart in the same folder
/// keeps. So a process that was killed needs not wait until its former self is forgotten.
/// </summary>
sealed class ReplicaName : IDisposable
{
    const string FileName = ".replica";
    readonly DirectoryLock? _lock;

    ReplicaName(string id, DirectoryLock? taken) =>
        (Value, _lock) = ($"{Environment.MachineName.ToLowerInvariant()}-{id}", taken);

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>Finds the name, or makes a new one.</summary>
    /// <param name="folder">The folder of the process's own files.</param>
    public static ReplicaName Of(string folder)
    {
        Directory.CreateDirectory(folder);
        if (DirectoryLock.TryTake(folder) is not { } taken)
            return new ReplicaName(NewId(), null); // Another process of this machine has the id in the folder.
        var file = Path.Combine(folder, FileName);
        if (File.Exists(file) && File.ReadAllText(file) is { Length: IdLength } known && known.All(char.IsAsciiHexDigit))
            return new ReplicaName(known, taken);
        var id = NewId();
        File.WriteAllText(file, id);
        return new ReplicaName(id, taken);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    const int IdLength = 8;

    static string NewId() => Guid.NewGuid().ToString("N")[..IdLength];
}
