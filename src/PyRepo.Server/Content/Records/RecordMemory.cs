using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>
/// The part of a project's record that is in memory. Members that change it are called while its gate is locked.
/// </summary>
sealed class RecordMemory(ProjectName project, RecordContext context, BudgetedEntry entry)
{
    RecordView? _view;
    RecordState? _state;

    /// <summary>The epoch of the last validation, or a number below 0 since the content is uncertain.</summary>
    long _epoch;

    int _timesForgotten;
    long _validationsBegun;
    long _lastValidation;

    /// <summary>The project.</summary>
    public ProjectName Project => project;

    /// <summary>The record in the store.</summary>
    public RecordFile File => new(project, context.Store);

    /// <summary>The history, or null if it has to be read.</summary>
    public ProjectHistory? History { get; private set; }

    /// <summary>The object that the history was read from, or null if there was none.</summary>
    public RecordHead? Head { get; private set; }

    /// <summary>The view for readers, or null if it has to be made. It can be read at any time.</summary>
    public RecordView? View => Volatile.Read(ref _view);

    /// <summary>
    /// The state of the record when it was last read or written, or null if it is not known. It can be read at any
    /// time, and stays when the history is evicted.
    /// </summary>
    public RecordState? State => Volatile.Read(ref _state);

    /// <summary>
    /// Returns whether it is certain that no other process has changed the record since this one validated it. It may
    /// ask the store in the background.
    /// </summary>
    public bool IsCurrent() => context.GetRecentEpoch() is { } epoch && IsOf(epoch);

    /// <summary>Whether the record was validated in an epoch.</summary>
    public bool IsOf(long epoch) => epoch == Volatile.Read(ref _epoch);

    /// <summary>The number of the validation that began last. It is no time: a clock may stand still.</summary>
    public long ValidationsBegun => Interlocked.Read(ref _validationsBegun);

    /// <summary>Whether a validation that succeeded began after that of a number.</summary>
    public bool WasValidatedAfter(long number) => Volatile.Read(ref _lastValidation) > number;

    /// <summary>Begins to compare what is in memory with the store, at any time.</summary>
    public RecordValidation BeginValidation() =>
        new(Interlocked.Increment(ref _validationsBegun), context.LastEpoch, Volatile.Read(ref _epoch));

    /// <summary>Notes that what is in memory was compared with the store, at any time.</summary>
    public void EndValidation(RecordValidation validation)
    {
        entry.Touch();
        Volatile.Write(ref _lastValidation, Math.Max(Volatile.Read(ref _lastValidation), validation.Number));
        // Nothing is noted if the content became uncertain during the validation.
        if (validation.Epoch is { } epoch)
            Interlocked.CompareExchange(ref _epoch, epoch, validation.EpochBefore);
    }

    /// <summary>Returns the history, which is read unless it is in memory.</summary>
    /// <exception cref="InvalidDataException">The record is damaged.</exception>
    public async Task<ProjectHistory> LoadAsync(CancellationToken cancellationToken)
    {
        if (History is not null)
        {
            entry.Touch();
            return History;
        }
        var validation = BeginValidation();
        var history = NewHistory();
        // In this order: another process may make the first record meanwhile, and a reader of this one may see it.
        var mustExist = context.Index?.MustExist(project) is true;
        var acknowledged = context.Acknowledged.Of(project);
        var first = acknowledged.IsEmpty ? long.MaxValue : acknowledged.Min(write => write.Serial);
        var newest = new List<ProjectEvent>();
        var head = await File.ReadAsync(
            change =>
            {
                history.Apply(change);
                if (history.Serial >= first)
                    newest.Add(change);
            },
            cancellationToken);
        if (head is null && mustExist)
            throw File.Missing();
        HasLost(acknowledged, newest, first - 1);
        Keep(history, head);
        EndValidation(validation);
        return history;
    }

    /// <summary>Compares the history in memory, if there is one, with the store.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (History is null || IsCurrent())
            return;
        var validation = BeginValidation();
        var changed = Head is null
            ? await File.ReadAsync(cancellationToken)
            : await ReadIfChangedAsync(Head, History.Serial, cancellationToken);
        if (changed is not null)
            Apply(changed.Value);
        if (History is not null)
            EndValidation(validation);
    }

    /// <summary>
    /// Reads what was added to the record, unless its object is the same, at any time. If it lacks what this process had
    /// acknowledged, all of it is read.
    /// </summary>
    /// <exception cref="InvalidDataException">It is damaged, or gone.</exception>
    public async Task<ReadRecord?> ReadIfChangedAsync(RecordHead head, long serial, CancellationToken cancellationToken)
    {
        var acknowledged = context.Acknowledged.Of(project);
        var known = acknowledged.IsEmpty ? serial : Math.Min(serial, acknowledged.Min(write => write.Serial) - 1);
        if (await File.ReadIfChangedAsync(head, known, cancellationToken) is not { } changed)
            return null;
        if (!HasLost(acknowledged, changed.Events, changed.Skipped))
            return changed;
        var all = await File.ReadAsync(cancellationToken) ?? throw File.Missing();
        return all with { IsOther = true };
    }

    /// <summary>Whether acknowledged writes are not among the events that were read. They are to be put back.</summary>
    /// <param name="acknowledged">The writes that were acknowledged before the record was read.</param>
    /// <param name="read">Its events, but for those that were skipped.</param>
    /// <param name="skipped">How many were skipped.</param>
    bool HasLost(ImmutableList<AcknowledgedWrite> acknowledged, List<ProjectEvent> read, long skipped)
    {
        if (acknowledged.IsEmpty)
            return false;
        var lost = acknowledged.FindAll(write => write.Serial > skipped
            && write.IsLostIn(read.ElementAtOrDefault((int)(write.Serial - skipped - 1))));
        foreach (var write in context.Acknowledged.Take(project, lost))
            context.Index?.NoteLost(write);
        return !lost.IsEmpty;
    }

    /// <summary>Adds the events to the history that it does not have, or replaces it.</summary>
    public void Apply(ReadRecord read)
    {
        Volatile.Write(ref _view, null);
        // A record that has become shorter is another one.
        var history = !read.IsOther && History is { } known && known.Serial >= read.Skipped
            && known.Serial <= read.Skipped + read.Events.Count ? known : NewHistory();
        if (history.Serial < read.Skipped)
        {
            (History, Head) = (null, null); // Its segments have to be read, too.
            Volatile.Write(ref _state, null);
            return;
        }
        foreach (var change in read.Events.Skip((int)(history.Serial - read.Skipped)))
            history.Apply(change);
        Keep(history, read.Head);
    }

    /// <summary>Returns a history without events.</summary>
    public ProjectHistory NewHistory() => new(project);

    /// <summary>Takes up a history that was read from the store.</summary>
    public void Replace(ProjectHistory history, RecordHead head)
    {
        Volatile.Write(ref _view, null);
        Keep(history, head);
    }

    /// <summary>Makes events visible that were applied to the history, and are durable.</summary>
    /// <param name="head">The object that was written.</param>
    /// <param name="validation">
    /// Began before the write, which the store refuses unless the history is the record's.
    /// </param>
    public void Publish(RecordHead head, RecordValidation validation)
    {
        Volatile.Write(ref _view, null);
        Keep(History!, head);
        EndValidation(validation);
    }

    /// <summary>Makes what readers see. Returns null if there is no record.</summary>
    public RecordView? CreateView(ProjectHistory history)
    {
        if (_view is null && Head is not null)
            Volatile.Write(ref _view, new RecordView(history.ToSnapshot(), Head));
        return _view;
    }

    /// <summary>
    /// Discards the history. After a failed write, the content of the store is uncertain and has to be read again. What
    /// was shown last may be shown as stale while a bucket is away.
    /// </summary>
    public void Forget()
    {
        History = null;
        Volatile.Write(ref _state, null);
        Volatile.Write(ref _epoch, -(++_timesForgotten));
        if (context.Store.Traits.IsLocal)
            Volatile.Write(ref _view, null);
        context.Index?.Forget(project);
    }

    /// <summary>Frees the memory of the history, which is read again when it is needed.</summary>
    public void Unload()
    {
        History = null;
        Volatile.Write(ref _state, null);
    }

    /// <summary>Frees the memory of the history and of what readers see.</summary>
    public void Evict()
    {
        History = null;
        Volatile.Write(ref _view, null);
    }

    void Keep(ProjectHistory history, RecordHead? head)
    {
        (History, Head) = (history, head);
        // Where nobody else writes, nothing has to be compared.
        Volatile.Write(
            ref _state, head is null || !context.IsShared ? null : new RecordState(head, history.Serial));
        if (_view is { } view && view.Snapshot.Serial != history.IndexSerial)
            Volatile.Write(ref _view, null);
        if (history.Serial > 0)
            context.Index?.Update(project, history);
        context.Index?.Serials.Close(project);
        context.Budget.Set(entry, history.Weight);
    }
}

/// <summary>The state of a project, and the object that it was made from.</summary>
sealed record RecordView(ProjectSnapshot Snapshot, RecordHead Head);

/// <summary>A comparison of what is in memory of a record with the store, which has begun.</summary>
/// <param name="Number">Later ones have greater numbers.</param>
/// <param name="Epoch">The epoch in which it began, or null if others might be writing.</param>
/// <param name="EpochBefore">The epoch of the validation before.</param>
readonly record struct RecordValidation(long Number, long? Epoch, long EpochBefore);

/// <summary>
/// The facts about a record that are kept after its history has left the memory: enough to find out that it has not
/// changed.
/// </summary>
/// <param name="Head">Its object.</param>
/// <param name="Serial">The number of its events.</param>
sealed record RecordState(RecordHead Head, long Serial);

/// <summary>The facts that are known about a record's object in the store.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Length">Its length in bytes, up to the end of the last complete line.</param>
/// <param name="IsTorn">Whether a crash left something behind the last complete line.</param>
/// <param name="Segments">The segments that come before it.</param>
sealed record RecordHead(VersionTag Version, int Length, bool IsTorn, ImmutableArray<RecordSegment> Segments)
{
    /// <summary>The number of events in the segments.</summary>
    public long SealedEvents => Segments.Sum(s => s.Events);
}

/// <summary>The first part of a long record in a bucket, which never changes again.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Events">The number of its events.</param>
sealed record RecordSegment(string Key, long Events);
