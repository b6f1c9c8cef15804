using System.Globalization;
using System.Runtime.CompilerServices;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Content.Records;

/// <summary>A store of many names, of which the last is listed when the test says so.</summary>
public sealed class RecordOpeningTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly LongListing _store;
    readonly ProjectRecords _records;

    public RecordOpeningTests()
    {
        _store = new LongListing(new DirectoryStore(_folder.Path));
        _records = new ProjectRecords(_store, new MemoryBudget(1 << 20), TimeProvider.System);
    }

    static CancellationToken None => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_with_many_names_is_open_before_all_of_them_are_known()
    {
        await new ProjectRecords(_store, new MemoryBudget(1 << 20), TimeProvider.System).GetOrCreate(Foo).ChangeAsync(
            _ => new Change<bool>(true, [Added("foo-1.0.tar.gz", "content")]));
        await _records.BeginOpeningAsync(None);
        Assert.Equal(ProjectRecords.ManyNames, _records.Count);
        Assert.Null(_records.Find(Foo));
        Assert.NotNull(await _records.FindListedAsync(Foo, None));
        Assert.Null(await _records.FindListedAsync(ProjectName.Parse("bar"), None));
        var listing = _records.ListAsync(None).AsTask();
        Assert.False(listing.IsCompleted);

        _store.Last.SetResult();
        await _records.EndOpeningAsync(None);
        Assert.Equal(ProjectRecords.ManyNames + 2, _records.Count);
        Assert.Equal(ProjectRecords.ManyNames + 2, (await listing).Names.Length);
        Assert.NotNull(_records.Find(ProjectName.Parse("zoo")));
        Assert.Equal(1, _store.Listings);
    }

    [Fact]
    public async Task Nobody_asks_the_store_for_a_name_once_all_are_known()
    {
        _store.Last.SetResult();
        await _records.BeginOpeningAsync(None);
        await _records.EndOpeningAsync(None);
        _store.Opened = 0;
        Assert.Null(await _records.FindListedAsync(Foo, None));
        Assert.Equal(0, _store.Opened);
    }

    [Fact]
    public async Task A_listing_that_fails_after_the_store_was_opened_is_tried_again()
    {
        await _records.BeginOpeningAsync(None);
        var last = _store.Last;
        _store.Last = new TaskCompletionSource();
        _store.Last.SetResult();
        var ending = _records.EndOpeningAsync(None);
        last.SetException(new IOException("away"));
        await Assert.ThrowsAsync<IOException>(() => ending);
        await _records.EndOpeningAsync(None);
        Assert.Equal(ProjectRecords.ManyNames + 1, _records.Count);
    }

    [Fact]
    public async Task A_store_that_cannot_be_listed_is_not_opened()
    {
        _store.BeforeAll = static () => throw new IOException("away");
        await Assert.ThrowsAsync<IOException>(() => _records.BeginOpeningAsync(None));
    }

    sealed class LongListing(IStore inner) : DelegatingStore(inner)
    {
        /// <summary>Lets the last name be listed.</summary>
        public TaskCompletionSource Last { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Action BeforeAll { get; set; } = static () => { };

        public int Listings { get; private set; }

        public int Opened { get; set; }

        public override ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken)
        {
            Opened++;
            return Inner.OpenAsync(key, cancellationToken);
        }

        public override IAsyncEnumerable<StoredObject> ListAsync(
            string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped,
            CancellationToken cancellationToken) => ListAsync(Last.Task, cancellationToken);

        async IAsyncEnumerable<StoredObject> ListAsync(
            Task last, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Listings++;
            BeforeAll();
            for (var i = 0; i < ProjectRecords.ManyNames; i++)
                yield return Of(string.Create(CultureInfo.InvariantCulture, $"a{i:D6}"));
            await last.WaitAsync(cancellationToken);
            yield return Of("zoo");
        }

        static StoredObject Of(string project) =>
            new(StorageLayout.Record(ProjectName.Parse(project)), 1, new VersionTag("v"), Start);
    }
}
