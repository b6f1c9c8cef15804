using PyRepo.Storage.Buckets;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Stores;

/// <summary>
/// The name of this process among those that use a bucket: the pod's, with an id that a restart in the same folder
/// keeps. So a process that was killed needs not wait until its former self is forgotten: the lock of the folder shows
/// that it has ended.
/// </summary>
sealed class ReplicaName : IDisposable
{
    const string FileName = ".replica";
    const string IncarnationFile = ".incarnation";
    readonly DirectoryLock? _lock;

    ReplicaName(string id, string? former, DirectoryLock? taken) => (Replica, _lock) = (
        BucketReplica.Started($"{Environment.MachineName.ToLowerInvariant()}-{id}", former), taken);

    /// <summary>This process.</summary>
    public BucketReplica Replica { get; }

    /// <summary>Finds the name, or makes a new one.</summary>
    /// <param name="folder">The folder of the process's own files.</param>
    public static ReplicaName Of(string folder)
    {
        Directory.CreateDirectory(folder);
        if (DirectoryLock.TryTake(folder) is not { } taken)
            return new ReplicaName(NewId(), null, null); // Another process of this machine has the id in the folder.
        var file = Path.Combine(folder, FileName);
        var id = Read(file, IdLength) ?? NewId();
        File.WriteAllText(file, id);
        var incarnation = Path.Combine(folder, IncarnationFile);
        var name = new ReplicaName(id, Read(incarnation, IncarnationLength), taken);
        File.WriteAllText(incarnation, name.Replica.Incarnation);
        return name;
    }

    static string? Read(string file, int length) =>
        File.Exists(file) && File.ReadAllText(file) is { } text && text.Length == length
        && text.All(char.IsAsciiHexDigit)
            ? text : null;

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    const int IdLength = 8;
    const int IncarnationLength = 32;

    static string NewId() => Guid.NewGuid().ToString("N")[..IdLength];
}
