using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Tests.Content.Records;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted;

/// <summary>A hosted repository in its own folder, with helper methods for tests.</summary>
sealed class HostedFolder : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly long _memory;

    /// <param name="memory">The memory of its caches, in bytes.</param>
    public HostedFolder(long memory = 1 << 20)
    {
        _memory = memory;
        Repository = Make();
    }

    public FakeClock Clock { get; } = new();

    public HostedRepository Repository { get; private set; }

    public ObservedStore Store { get; private set; } = null!;

    public string Path => _folder.Path;

    static CancellationToken None => CancellationToken.None;

    /// <summary>Opens the repository, or reopens it as the next process would.</summary>
    public async Task<HostedRepository> OpenAsync(
        Overwrite overwrite = Overwrite.Never, TimeSpan keepDeletedFor = default)
    {
        Repository = Make();
        Repository.Settings = new HostedSettings { Overwrite = overwrite, KeepDeletedFor = keepDeletedFor };
        await Repository.OpenAsync(None);
        return Repository;
    }

    /// <summary>Opens the repository once more, as another replica that writes to it at the same time.</summary>
    public async Task<(HostedRepository Repository, ObservedStore Store)> OpenReplicaAsync()
    {
        var store = new ObservedStore(new DirectoryStore(_folder.Path));
        var budget = new MemoryBudget(_memory);
        var records = new ProjectRecords(store, budget, Clock) { Lease = new SharedLease() };
        var replica = new HostedRepository(store, records, budget, Clock, NullLogger.Instance)
        {
            Settings = Repository.Settings,
        };
        await replica.OpenAsync(None);
        return (replica, store);
    }

    HostedRepository Make()
    {
        var store = Store = new ObservedStore(new DirectoryStore(_folder.Path));
        var budget = new MemoryBudget(_memory);
        return new HostedRepository(
            store, new ProjectRecords(store, budget, Clock), budget, Clock, NullLogger.Instance);
    }

    /// <summary>The lines of a project's record.</summary>
    public Task<string[]> RecordAsync(string project) =>
        File.ReadAllLinesAsync(GetPath(StorageLayout.Record(ProjectName.Parse(project))));

    /// <summary>Uploads bytes under a name.</summary>
    public async Task<DuplicateDecision> AddAsync(
        string fileName, byte[] bytes, Sha256Digest? coreMetadata = null, byte[]? provenance = null)
    {
        await using var staged = await Repository.Store.StageAsync(bytes.Length, None);
        await staged.AppendAsync(bytes, None);
        Assert.True(DistributionFileName.TryParse(fileName, out var name));
        var file = new NewDistribution
        {
            Name = name,
            Size = bytes.Length,
            Sha256 = Sha256Digest.HashData(bytes),
            CoreMetadata = coreMetadata,
            RequiresPython = ">=3.8",
            Provenance = provenance,
        };
        return await Repository.Files.AddAsync(file, staged, "alice", None);
    }

    public Task<DuplicateDecision> AddWheelAsync(string project, string version, string content = "") => AddAsync(
        WheelFile.GetName(project, version), WheelFile.Make(project, version, content),
        Sha256Digest.HashData(System.Text.Encoding.UTF8.GetBytes(WheelFile.GetMetadata(project, version))));

    /// <summary>Puts a file into the folder as a user would, with a time before the clock's.</summary>
    public string Put(string key, byte[] bytes, TimeSpan? age = null)
    {
        var path = _folder[key];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, (Clock.GetUtcNow() - (age ?? TimeSpan.FromHours(1))).UtcDateTime);
        return path;
    }

    public string GetPath(string key) => _folder[key];

    public async Task<ProjectSnapshot> SnapshotAsync(string project) =>
        Assert.IsType<ProjectAnswer.Known>(
            await Repository.GetProjectAsync(ProjectName.Parse(project), null, None)).Snapshot;

    public async Task<List<string>> FilesAsync(string project) =>
        [.. (await SnapshotAsync(project)).Visible.Select(file => file.Name.FileName)];

    /// <summary>Returns the bytes that a client would get, or null if the request is rejected.</summary>
    public async Task<byte[]?> ReadAsync(
        string project, string fileName, string? hash = null, FileContentKind form = FileContentKind.Bytes)
    {
        var request = new FileRequest(ProjectName.Parse(project), fileName, hash, form);
        if (await Repository.OpenAsync(request, None) is not OpenAnswer.Found { Content: var content })
            return null;
        await using (content)
        {
            await using var stream = await content.OpenStreamAsync(0, None);
            var bytes = new byte[content.Length];
            await stream.ReadExactlyAsync(bytes);
            return bytes;
        }
    }

    /// <summary>Returns the keys of all bytes, regardless of their origin.</summary>
    public async Task<List<string>> PackagesAsync()
    {
        var keys = new List<string>();
        await foreach (var found in Repository.Store.ListAsync(StorageLayout.Packages, null, None))
            keys.Add(found.Key);
        return keys;
    }

    public void Dispose() => _folder.Dispose();
}
