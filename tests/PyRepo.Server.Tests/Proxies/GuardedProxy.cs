using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>A proxy with the release guard.</summary>
/// <param name="Inner">The proxy without its policy.</param>
/// <param name="Filtered">The proxy with it.</param>
sealed record GuardedProxy(CachedRepository Inner, FilteredRepository Filtered) : IAsyncDisposable
{
    /// <summary>How long its pages are fresh.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long files are held.</summary>
    public static readonly TimeSpan HoldFor = TimeSpan.FromDays(7);

    /// <summary>Opens a proxy of an index on a disk.</summary>
    /// <param name="index">The index.</param>
    /// <param name="folder">The folder of the cache.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="action">The action of the guard.</param>
    /// <param name="names">The projects that are in use here.</param>
    /// <param name="maxSize">The size of the cache.</param>
    public static GuardedProxy Open(
        GuardedIndex index, string folder, TimeProvider clock, PolicyAction action = PolicyAction.Hold,
        UsedNames? names = null, long maxSize = long.MaxValue)
    {
        var (store, budget) = (new DirectoryStore(folder), new MemoryBudget(16 << 20));
        var cached = new CachedRepository(
            new SimpleClient(index.Settings, clock, NullLogger.Instance), store,
            new ProjectRecords(store, budget, clock), budget,
            new CacheSettings
            {
                Times = new(Lifetime, Lifetime, Lifetime, Lifetime),
                MaxSize = maxSize,
                Guard = GetGuard(names ?? new UsedNames()) with { IsAwaited = action is not PolicyAction.Report },
            },
            clock, NullLogger.Instance, default);
        var filtered = new FilteredRepository(cached, budget, clock)
        {
            Policy = new Policy
            {
                Version = $"{action}",
                Rules = [.. GuardFindingRule.From(new GuardSpec { Action = action })],
            },
        };
        cached.Judge = file => filtered.Policy.Judge(file, clock.GetUtcNow());
        return new GuardedProxy(cached, filtered);
    }

    /// <summary>Returns settings with which pages wait for the inspection.</summary>
    public static GuardSettings GetGuard(UsedNames names) => new(HoldFor, HoldFor, IsAwaited: true, names);

    /// <summary>Returns a project as the policy shows it.</summary>
    public async Task<ProjectSnapshot> GetAsync(string project = "demo") => Assert.IsType<ProjectAnswer.Known>(
        await Filtered.GetProjectAsync(ProjectName.Parse(project), null, default)).Snapshot;

    /// <summary>Returns the names of the files of a project that are visible.</summary>
    public async Task<IReadOnlyList<string>> GetVisibleAsync(string project = "demo") =>
        [.. (await GetAsync(project)).Visible.Select(file => file.Name.FileName)];

    /// <summary>Reads a file to its end. Returns why that fails, or null.</summary>
    public async Task<string?> RefuseAsync(string fileName, FileContentKind kind = FileContentKind.Bytes)
    {
        var project = ProjectName.Parse("demo");
        var inner = Assert.IsType<ProjectAnswer.Known>(await Inner.GetProjectAsync(project, null, default));
        var sha256 = inner.Snapshot.Files.Select(file => file.Distribution)
            .Single(file => file.Name.FileName == fileName).Sha256;
        var request = new FileRequest(project, fileName, sha256!.Value.Prefix16, kind);
        switch (await Filtered.OpenAsync(request, default))
        {
            case OpenAnswer.NotFound refused:
                return refused.Reason;
            case OpenAnswer.Unavailable unavailable:
                return unavailable.Reason;
            case OpenAnswer.Found found:
                await using (found.Content)
                {
                    using var received = new MemoryStream();
                    try
                    {
                        await using var stream = await found.Content.OpenStreamAsync(0, default);
                        await stream.CopyToAsync(received);
                        return null;
                    }
                    catch (BrokenOffException error)
                    {
                        Assert.True(received.Length < found.Content.Length, "the last byte was sent");
                        return error.Message;
                    }
                }
            case var other:
                throw new InvalidOperationException($"{other}");
        }
    }

    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}
