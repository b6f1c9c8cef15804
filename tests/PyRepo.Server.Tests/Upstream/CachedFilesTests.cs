using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Upstream;

public sealed class CachedFilesTests : IDisposable
{
    static readonly ProjectName _project = ProjectName.Parse("foo");
    readonly TemporaryFolder _folder = new();
    readonly CachedFiles _cached;

    public CachedFilesTests()
    {
        var clock = new FakeClock(DateTimeOffset.UnixEpoch);
        var store = new DirectoryStore(_folder.Path);
        _cached = new CachedFiles(
            store, new ProjectRecords(store, new MemoryBudget(1 << 20), clock), clock, NullLogger.Instance);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_may_come_while_others_are_evicted()
    {
        var coming = Task.WhenAll(Enumerable.Range(0, 2).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                _cached.Register(_project,
                    File(string.Create(CultureInfo.InvariantCulture, $"foo-{worker}.{i}.tar.gz")), used: null);
        })));
        while (!coming.IsCompleted)
            await _cached.EvictAsync(10);
        await coming;
    }

    static Distribution File(string name) => new()
    {
        Name = DistributionFileName.TryParse(name, out var parsed) ? parsed
            : throw new ArgumentException(name, nameof(name)),
        Size = 1,
        Sha256 = null,
        UploadedAt = null,
        Location = name,
    };
}
