using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>The records of a store, and the names of the projects that have one.</summary>
sealed class ProjectRecords : IRecordIndex
{
    /// <summary>How many records are read from a bucket at once, each of which is a request.</summary>
    const int MaxConcurrentReads = 16;

    /// <summary>The length in bytes from which records are read one by one: their histories are larger.</summary>
    const long LargeRecord = 1 << 20;

    /// <summary>After so many records that are late, the bucket is taken for away.</summary>
    const int MaxLate = 8;

    /// <summary>A store with more names is open before all of them are known.</summary>
    internal const int ManyNames = 10_000;

    readonly RecordContext _context;
    readonly LiveRecords _records;
    readonly ConcurrentDictionary<ProjectName, KnownProject> _known = new();
    readonly ConcurrentDictionary<ProjectName, bool> _large = new();
    readonly SemaphoreSlim _listing = new(1, 1);
    readonly ConcurrentQueue<ProjectName> _missed = new();
    readonly Channel<AcknowledgedWrite> _lost =
        Channel.CreateUnbounded<AcknowledgedWrite>(new() { SingleReader = true });
    HashSet<ProjectName> _late = [];
    long _generation;
    long _listingsBegun;
    long _lastListing;
    long? _epoch;
    DateTimeOffset? _refreshedTo;

    /// <summary>Whether a record could not be read at the start, which is never tried again.</summary>
    volatile bool _hasUnread;
    NameList? _names;
    volatile Task? _opening;
    volatile TaskCompletionSource? _many;
    readonly ObjectTally _visible = new(), _kept = new();
    int _count;
    int _described;
    long _changes;
    (NameList Names, long Changes, Catalog Catalog)? _catalog;

    /// <param name="store">The store.</param>
    /// <param name="budget">Limits what is in memory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">Chooses how long pauses are, or null for any.</param>
    public ProjectRecords(IStore store, MemoryBudget budget, TimeProvider clock, Random? random = null)
    {
        _context = new(store, budget, clock, this) { Random = random ?? Random.Shared };
        _records = new LiveRecords(_context);
    }

    /// <summary>Whether the catalog has the latest versions. A proxy does not know them.</summary>
    public bool ListsReleases { get; init; } = true;

    /// <summary>This process's part in the store, or null if no other process can have one.</summary>
    public StoreLease? Lease
    {
        get => _context.Lease;
        set => _context.Lease = value;
    }

    /// <summary>Finds the names in the store. Call this before anything else.</summary>
    /// <remarks>
    /// A project is known if something has the name of its record, even if that is empty or no file at all: otherwise,
    /// a group could go on to a proxy for a private name.
    /// </remarks>
    /// <exception cref="InvalidDataException">The folder of the records cannot be read.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var (number, epoch) = (Interlocked.Increment(ref _listingsBegun), _context.SoleEpoch);
        var newest = await ListAsync(static (_, _) => { }, cancellationToken);
        (_lastListing, _epoch) = (number, epoch);
        _refreshedTo ??= newest;
        Serials.NoteWrite(newest);
    }

    /// <summary>
    /// Opens the records, and returns once many of the names are known, or all. <see cref="EndOpeningAsync"/> must follow.
    /// Until it has ended, <see cref="FindListedAsync"/> finds all records, and <see cref="Find"/> only some.
    /// </summary>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    public async Task BeginOpeningAsync(CancellationToken cancellationToken)
    {
        var many = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _many = many;
        var opening = _opening = DetachedTask.Run(() => OpenAsync(cancellationToken));
        if (await Task.WhenAny(many.Task, opening) == opening)
            await opening;
    }

    /// <summary>Waits until all names are known. If their listing fails, it is tried again by the next call.</summary>
    public async Task EndOpeningAsync(CancellationToken cancellationToken)
    {
        if (_opening is { IsFaulted: true } or { IsCanceled: true })
            _opening = DetachedTask.Run(() => OpenAsync(cancellationToken));
        if (_opening is { } opening)
            await opening.WaitAsync(cancellationToken);
    }

    /// <summary>Whether all names are known that were in the store when it was opened.</summary>
    bool IsListed => _opening is null or { IsCompletedSuccessfully: true };

    /// <summary>Whether a folder holds earlier parts of a record. Its name is registered.</summary>
    bool IsRecordFolder(ReadOnlySpan<char> folder) => Register(folder.TrimEnd('/').ToString()) is not null;

    /// <summary>Registers all names in the store. Returns when the newest record was changed.</summary>
    async Task<DateTimeOffset> ListAsync(
        Action<ProjectName, DateTimeOffset> found, CancellationToken cancellationToken)
    {
        var newest = DateTimeOffset.MinValue;
        await foreach (var record in _context.Store.ListAsync(
            StorageLayout.Projects, IsRecordFolder, Register, cancellationToken))
        {
            newest = record.LastModified > newest ? record.LastModified : newest;
            if (Register(record.Key) is { } project)
            {
                if (record.Length >= LargeRecord)
                    _large[project] = true;
                found(project, record.LastModified);
            }
            else if (StorageLayout.TryParseRecordSegment(record.Key, out var ofLarge))
                _large[ofLarge] = true;
        }
        return newest;
    }

    /// <summary>
    /// Reads the records that other processes have changed since the last call, so that lists show their projects.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var (began, epoch) = (GetUtcNow(), _context.SoleEpoch);
        var since = _refreshedTo ?? DateTimeOffset.MinValue;
        // The service's nodes may date a write before one that was listed already.
        var isRecent = began - since < 2 * IndexSerials.Margin;
        var earliest = isRecent ? since - IndexSerials.Margin : since;
        // They stay late if the listing fails.
        while (_missed.TryDequeue(out var missed))
            _late.Add(missed);
        var changed = new HashSet<ProjectName>(_late);
        var newest = await ListAsync(
            (project, at) =>
            {
                // Times have seconds: a record may have changed again in the one that was seen last.
                if (at >= earliest)
                    changed.Add(project);
            },
            cancellationToken);
        var late = await RefreshAsync(changed, cancellationToken);
        if (newest > since)
            _refreshedTo = newest;
        if (late is not null)
            throw new IOException($"Lists show the last known state of {_late.Count} projects: {late.Message}", late);
        Serials.NoteReading(began, epoch);
    }

    /// <summary>
    /// Reads changed records. One that is damaged or late must not keep the others waiting; it is read again the next
    /// time. Returns why one is late, if any is.
    /// </summary>
    async Task<IOException?> RefreshAsync(HashSet<ProjectName> changed, CancellationToken cancellationToken)
    {
        _late = [];
        IOException? late = null;
        foreach (var project in changed)
        {
            if (_late.Count >= MaxLate)
            {
                _late.Add(project);
                continue;
            }
            try
            {
                await GetOrCreate(project).RefreshAsync(cancellationToken);
            }
            catch (InvalidDataException)
            {
                // The project's page says so.
            }
            catch (IOException error) when (!_context.Store.Traits.IsLocal)
            {
                _late.Add(project);
                late ??= error;
            }
        }
        return late;
    }

    /// <inheritdoc cref="RecordContext.GetUtcNow"/>
    public DateTimeOffset GetUtcNow() => _context.GetUtcNow();

    /// <inheritdoc cref="StoreLease.ClockOffset"/>
    public TimeSpan ClockOffset => _context.ClockOffset;

    /// <inheritdoc cref="RecordContext.ConfirmFoundAsync"/>
    public ValueTask ConfirmFoundAsync(CancellationToken cancellationToken) =>
        _context.ConfirmFoundAsync(cancellationToken);

    /// <inheritdoc/>
    public IndexSerials Serials { get; } = new();

    /// <summary>Returns the projects' serials for a list, or null until all records have been read.</summary>
    public async ValueTask<ListSerials?> FindSerialsAsync(CancellationToken cancellationToken)
    {
        foreach (var project in Serials.Uncertain)
        {
            // If that fails, the list shows what is certain, and the next one tries again.
            if (!await StoreDeadline.LookAsync(
                token => SettleAsync(project, token), _context.Clock, cancellationToken))
                break;
        }
        // In this order, so that what changes meanwhile makes another version, and is not above the bound.
        var changes = Volatile.Read(ref _changes);
        return Serials.FindBound(_context.SoleEpoch) is not { } bound ? null : new ListSerials(
            $"{changes}-{bound}",
            project => _known.GetValueOrDefault(project).IndexSerial is > 0 and var serial
                ? Math.Min(serial, bound) : null);
    }

    async Task<bool> SettleAsync(ProjectName project, CancellationToken cancellationToken)
    {
        try
        {
            await GetOrCreate(project).ScanAsync(static _ => { }, cancellationToken);
            return true;
        }
        catch (InvalidDataException)
        {
            Serials.Close(project); // Lists have no serial of a project with a damaged record.
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether other processes may use the store, too.</summary>
    public bool IsShared => _context.IsShared;

    /// <summary>
    /// Returns a project's record, or null if this process does not know the project. Another one may.
    /// </summary>
    public ProjectRecord? Find(ProjectName project) => _known.ContainsKey(project) ? GetOrCreate(project) : null;

    /// <summary>Returns a project's record, or null if there is no such project.</summary>
    public ValueTask<ProjectRecord?> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
        _known.ContainsKey(project) ? new(GetOrCreate(project))
        : AreNamesCurrent ? default
        : FindInStoreAsync(project, cancellationToken);

    /// <summary>
    /// Returns a project's record, or null if this process does not know the project. While the names are listed, the
    /// store is asked for the record.
    /// </summary>
    public ValueTask<ProjectRecord?> FindListedAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var isListed = IsListed; // Before the name is looked up, which may be listed meanwhile.
        return Find(project) is { } record ? new(record)
            : isListed ? default
            : FindInStoreAsync(project, cancellationToken);
    }

    /// <summary>
    /// Returns the version of a project's current snapshot, or null if it is not known without its record.
    /// </summary>
    public async ValueTask<string?> FindVersionAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (!IsShared)
        {
            return _known.TryGetValue(project, out var known) && known.Serial > 0
                ? ProjectHistory.GetVersion(known.Serial)
                : null;
        }
        // Nobody else has written since the validation, and each change of this process is counted, also where the
        // history left the memory. The serial is read last, so that it is not from before the validation.
        if (_records.Find(project) is { } validated && validated.IsCurrent()
            && _known.TryGetValue(project, out var own) && own.Serial > 0)
        {
            return ProjectHistory.GetVersion(own.Serial);
        }
        return Find(project) is { } record
            && await record.FindSerialAsync(cancellationToken) is { } serial && serial > 0
            ? ProjectHistory.GetVersion(serial)
            : null;
    }

    /// <summary>Returns a project's record for a change. The record may be empty.</summary>
    public ProjectRecord GetOrCreate(ProjectName project) => _records.GetOrCreate(project);

    /// <summary>Returns all names in the store, where other processes may have added some.</summary>
    public async ValueTask<NameList> ListAsync(CancellationToken cancellationToken)
    {
        await EndOpeningAsync(cancellationToken);
        if (AreNamesCurrent)
            return Names;
        var arrived = Interlocked.Read(ref _listingsBegun);
        await _listing.WaitAsync(cancellationToken);
        try
        {
            // Those that waited share a listing that began after they arrived.
            if (_lastListing <= arrived && !AreNamesCurrent)
            {
                await _context.ConfirmLeaseAsync(cancellationToken);
                await OpenAsync(cancellationToken);
            }
            return Names;
        }
        finally
        {
            _listing.Release();
        }
    }

    /// <summary>All names, sorted, with a generation that changes whenever the names change.</summary>
    public NameList Names
    {
        get
        {
            var generation = Volatile.Read(ref _generation);
            if (_names is { } names && names.Generation == generation)
                return names;
            var sorted = _known.Keys.ToArray();
            Array.Sort(sorted);
            return _names = new NameList(ImmutableCollectionsMarshal.AsImmutableArray(sorted), generation);
        }
    }

    /// <summary>
    /// The projects as people browse them. Of a project whose record was not read yet, only the name is known.
    /// </summary>
    public Catalog Catalog
    {
        get
        {
            // A change that comes meanwhile is in the next catalog.
            var changes = Volatile.Read(ref _changes);
            var names = Names;
            lock (_known)
            {
                if (_catalog is { } made && made.Names == names && made.Changes == changes)
                    return made.Catalog;
            }
            var catalog = new Catalog(
                [.. names.Names.Select(name => _known.GetValueOrDefault(name).Entry ?? new CatalogEntry(name))]);
            lock (_known)
                _catalog = (names, changes, catalog);
            return catalog;
        }
    }

    /// <summary>The number of projects whose names are known.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The number of projects, visible files and their bytes, based on the records read so far.</summary>
    public (int Projects, long Files, long Bytes) Total() => (Count, _visible.Count, _visible.Size);

    /// <summary>The files that were deleted or replaced and whose bytes are kept, by the records read so far.</summary>
    public (long Files, long Bytes) TotalKept() => (_kept.Count, _kept.Size);

    /// <summary>The projects of which bytes are kept since a time or longer, by the records read so far.</summary>
    public IEnumerable<ProjectName> FindKeptSince(DateTimeOffset time) =>
        _known.Where(each => each.Value.Kept.Since <= time).Select(each => each.Key);

    /// <summary>The projects that may have changed since a time, in their order.</summary>
    public IEnumerable<ProjectName> FindChangedSince(DateTimeOffset time) => Names.Names.Where(
        name => _known.GetValueOrDefault(name).IndexSerial is var serial
            && (serial == 0 || serial >= IndexSerials.FromTime(time)));

    /// <summary>
    /// Reads every record once, and keeps none in memory. Reports and skips records that cannot be
    /// read.
    /// </summary>
    /// <param name="look">Receives each history.</param>
    /// <param name="failed">Receives the error of each record that cannot be read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task ReadAllAsync(
        Action<ProjectName, ProjectHistory> look, Action<ProjectName, Exception> failed,
        CancellationToken cancellationToken)
    {
        if (_context.Store.Traits.IsLocal)
        {
            foreach (var (project, _) in _known)
                await ReadAsync(project, look, failed, cancellationToken);
        }
        else
        {
            await ReadAllRemoteAsync(look, failed, cancellationToken);
        }
        // In a shared store there may be names that were not listed yet: the first refresh knows all.
        if (!IsShared && !_hasUnread)
            Serials.NoteReading(GetUtcNow(), _context.SoleEpoch);
    }

    async Task ReadAllRemoteAsync(
        Action<ProjectName, ProjectHistory> look, Action<ProjectName, Exception> failed,
        CancellationToken cancellationToken)
    {
        var one = new Lock();
        void LookAlone(ProjectName project, ProjectHistory history)
        {
            lock (one)
                look(project, history);
        }
        await Parallel.ForEachAsync(
            _known.Keys.Where(project => !_large.ContainsKey(project)),
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentReads, CancellationToken = cancellationToken },
            async (project, token) => await ReadAsync(project, LookAlone, failed, token));
        foreach (var (project, _) in _large)
            await ReadAsync(project, LookAlone, failed, cancellationToken);
    }

    async Task ReadAsync(
        ProjectName project, Action<ProjectName, ProjectHistory> look, Action<ProjectName, Exception> failed,
        CancellationToken cancellationToken)
    {
        try
        {
            await GetOrCreate(project).ScanAsync(history => look(project, history), cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException
            or (IOException and not StoreUnavailableException))
        {
            if (error is IOException && IsShared)
                _missed.Enqueue(project);
            else if (error is IOException or UnauthorizedAccessException)
                _hasUnread = true;
            failed(project, error);
        }
    }

    /// <summary>Whether no other process can have added a project since the names were listed.</summary>
    bool AreNamesCurrent => _context.SoleEpoch is { } epoch && epoch == _epoch;

    async ValueTask<ProjectRecord?> FindInStoreAsync(ProjectName project, CancellationToken cancellationToken) =>
        await StoreDeadline.RunAsync(
            isFirst: false, token => FindOnceAsync(project, token), _context.Clock, cancellationToken);

    async Task<ProjectRecord?> FindOnceAsync(ProjectName project, CancellationToken cancellationToken)
    {
        await _context.ConfirmLeaseAsync(cancellationToken);
        // A GET, because some services tell only by that whether the object or the whole bucket is missing.
        await using var found = await _context.Store.OpenAsync(StorageLayout.Record(project), cancellationToken);
        if (found is null)
            return null;
        Add(project);
        return GetOrCreate(project);
    }

    void Add(ProjectName project)
    {
        if (!_known.TryAdd(project, default))
            return;
        if (Interlocked.Increment(ref _count) == ManyNames)
            _many?.TrySetResult();
        Interlocked.Increment(ref _generation);
    }

    ProjectName? Register(string key)
    {
        if (!StorageLayout.TryParseRecord(key, out var project))
            return null;
        Add(project);
        return project;
    }

    void Register(SkippedEntry skipped)
    {
        if (skipped.Name == StorageLayout.Projects)
            throw new InvalidDataException($"'{skipped.Name}' cannot be read. {skipped.Reason}");
        Register(skipped.Name.TrimEnd('/'));
    }

    /// <inheritdoc/>
    void IRecordIndex.Update(ProjectName project, ProjectHistory history)
    {
        Serials.Note(history.IndexSerial);
        Add(project);
        var known = _known[project];
        if (known.Serial == history.Serial)
            return;
        var entry = history.ToCatalogEntry();
        if (!ListsReleases)
            entry = entry.WithoutReleases();
        var before = known.Entry is { HasText: true } ? 1 : 0;
        if (entry.HasText && Volatile.Read(ref _described) - before >= ServerLimits.MaxDescribedProjects)
            entry = entry.WithoutText();
        Interlocked.Add(ref _described, (entry.HasText ? 1 : 0) - before);
        var kept = history.Kept;
        _known[project] = new KnownProject(history.Serial, history.IndexSerial, entry) { Kept = kept };
        _visible.Change(entry.Files - (known.Entry?.Files ?? 0), entry.Size - (known.Entry?.Size ?? 0));
        _kept.Change(kept.Files - known.Kept.Files, kept.Bytes - known.Kept.Bytes);
        Interlocked.Increment(ref _changes);
    }

    /// <inheritdoc/>
    bool IRecordIndex.MustExist(ProjectName project) => _known.ContainsKey(project);

    /// <summary>
    /// The writes that this process had acknowledged, and the store has no more. There are no more than it remembers.
    /// </summary>
    public ChannelReader<AcknowledgedWrite> Lost => _lost.Reader;

    /// <inheritdoc/>
    void IRecordIndex.NoteLost(AcknowledgedWrite write) => _lost.Writer.TryWrite(write);

    /// <inheritdoc/>
    void IRecordIndex.Forget(ProjectName project)
    {
        Serials.MarkUncertain(project, mayArrive: IsShared);
        if (_known.TryGetValue(project, out var known))
            _known[project] = known with { Serial = 0 };
    }
}
