using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using ZstdSharp;

namespace PyRepo.Server.Tests.Downloads;

/// <summary>The download log of one store, as one or several replicas write it.</summary>
sealed class LogFolder : IDisposable
{
    public static readonly LogOwner Own = new("team-a", TimeSpan.FromDays(90));
    public static readonly LogOwner Group = new("all", TimeSpan.FromDays(30));
    public static readonly string Sha256 = new('a', 64);

    readonly TemporaryFolder _folder = new();

    public LogFolder() => Store = new DirectoryStore(_folder.Path);

    /// <summary>A clock that stands at noon of 2026-03-01.</summary>
    public FakeClock Clock { get; } = new();

    public DirectoryStore Store { get; }

    /// <summary>A process with a replica's name.</summary>
    public DownloadLog Start(string replica = "0", IStore? store = null) =>
        new(store ?? Store, replica, Clock, NullLogger.Instance);

    public static DownloadCaller User(string name) => new(CallerKind.User) { Name = name };

    public static void Record(
        DownloadLog log, string file = "evil-1.0-py3-none-any.whl", string user = "alice", LogOwner? owner = null,
        int times = 1)
    {
        for (var i = 0; i < times; i++)
            log.Record(owner ?? Own, Download(file, User(user)));
    }

    public static Download Download(string file, DownloadCaller caller) =>
        new(ProjectName.Parse(file.Split('-')[0]), file, caller)
        {
            Sha256 = Sha256,
            Asked = "all",
            Served = "team-a",
            Installer = "pip",
            Python = "3.11",
        };

    public DownloadQuery Query(
        string project = "evil", TimeSpan? since = null, string? version = null, string? sha256 = null) => new(
        ProjectName.Parse(project),
        new(since is { } ago ? Clock.GetUtcNow() - ago : DateTimeOffset.MinValue)
        {
            Version = version,
            Sha256 = sha256,
        });

    /// <summary>Tells who downloaded a project: a text for each file and caller.</summary>
    public async Task<string[]> RowsAsync(DownloadLog log, string project = "evil", TimeSpan? since = null)
    {
        var found = await log.FindAsync(Query(project, since), default);
        return
        [
            .. found!.Rows.Select(row => $"{row.File} {row.Name} {row.Downloads}").Order(StringComparer.Ordinal),
        ];
    }

    public async Task<string[]> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var found in ((IStore)Store).ListAsync("", null, default))
            keys.Add(found.Key);
        return [.. keys];
    }

    /// <summary>Decompresses a file as any program does.</summary>
    public async Task<string> ReadAsync(string key)
    {
        await using var content = await Store.OpenAsync(key, default);
        await using var zstd = new DecompressionStream(await content!.OpenStreamAsync(0, default));
        using var reader = new StreamReader(zstd);
        return await reader.ReadToEndAsync();
    }

    public void Dispose() => _folder.Dispose();
}
