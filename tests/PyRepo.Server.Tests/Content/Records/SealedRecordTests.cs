using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A record in a store that writes the whole object for each append, as a bucket does.</summary>
public sealed class SealedRecordTests : IDisposable
{
    /// <summary>So many events take more than an object may have.</summary>
    const int Many = 12_000;

    static readonly ProjectName _project = ProjectName.Parse("foo");
    readonly TemporaryFolder _folder = new();
    readonly RewritingStore _store;

    public SealedRecordTests() => _store = new RewritingStore(new DirectoryStore(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_record_continues_in_a_new_object_and_is_read_as_one()
    {
        var record = Open();
        await AddAsync(record, 0, Many);
        await AddAsync(record, Many, 1);
        var (key, head) = (StorageLayout.RecordSegment(_project, 1, Many), StorageLayout.Record(_project));
        Assert.NotNull(await _store.StatAsync(key, CancellationToken.None));
        Assert.True((await _store.StatAsync(head, CancellationToken.None))!.Length < 2000);
        await AddAsync(record, Many + 1, 1);
        foreach (var reader in (ProjectRecord[])[record, Open()])
        {
            var snapshot = await reader.GetSnapshotAsync(CancellationToken.None);
            Assert.Equal(Many + 2, snapshot!.Files.Count);
            Assert.Equal($"{Many + 2}", snapshot.Version);
        }
    }

    [Fact]
    public async Task The_format_notes_sealed_records_before_the_first_is_written()
    {
        await StoreFormatFile.ClaimAsync(
            _store, new StoreFormat(StorageLayout.Version, "PythonRepository", null, "team"), null,
            CancellationToken.None);
        var record = Open();
        await AddAsync(record, 0, Many);
        Assert.Null((await StoreFormatFile.ReadAsync(_store, CancellationToken.None)).Format!.Features);
        await AddAsync(record, Many, 1);
        var (format, _) = await StoreFormatFile.ReadAsync(_store, CancellationToken.None);
        Assert.Equal(["sealed-records"], format!.Features);
    }

    [Fact]
    public async Task Another_process_that_knew_the_record_before_it_was_sealed_decides_on_the_new_one()
    {
        var (one, other) = (Open(), Open());
        await AddAsync(one, 0, Many);
        await other.GetSnapshotAsync(CancellationToken.None);
        await AddAsync(one, Many, 1);
        await AddAsync(other, Many + 1, 1);
        Assert.Equal(Many + 2, (await Open().GetSnapshotAsync(CancellationToken.None))!.Files.Count);
    }

    ProjectRecord Open() => new(_project, new RecordContext(_store, new MemoryBudget(1 << 30), new FakeClock()));

    static Task<bool> AddAsync(ProjectRecord record, int from, int count) => record.ChangeAsync(_ => new Change<bool>(
        true, [.. Enumerable.Range(from, count).Select(Added)]));

    static ProjectEvent Added(int number) => new()
    {
        Event = ProjectEventKind.Added,
        At = DateTimeOffset.UnixEpoch,
        By = "alice",
        File = $"foo-{number}.0.tar.gz",
        Key = $"packages/foo/@{number:00000000000000000000000000}/foo-{number}.0.tar.gz",
        Size = 1,
        Sha256 = Sha256Digest.HashData(BitConverter.GetBytes(number)).ToString(),
        Summary = new string('x', 100),
    };
}
