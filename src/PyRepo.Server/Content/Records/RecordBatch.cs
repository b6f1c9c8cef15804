using System.Security.Cryptography;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>Changes of a record that are written together, while its gate is locked.</summary>
/// <remarks>If another process's change comes first, all of them are decided again.</remarks>
sealed class RecordBatch(RecordMemory memory, RecordContext context, List<IPendingChange> changes)
{
    /// <summary>How often the changes are decided.</summary>
    const int MaxAttempts = 12;

    /// <summary>Nor longer than this, where each attempt waits for a service that is busy.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary>The events of the last attempt, whose answer may have been lost.</summary>
    readonly List<ProjectEvent> _tried = [];

    /// <summary>Whether an attempt may still reach the store, since it is not known what became of it.</summary>
    bool _mayArrive;

    /// <summary>Writes the changes, and completes them.</summary>
    public async Task WriteAsync()
    {
        var began = context.Clock.GetTimestamp();
        var lease = context.Lease;
        try
        {
            if (lease is not null)
                await lease.BeginWriteAsync(CancellationToken.None);
            for (var attempt = 1; !await TryWriteAsync(); attempt++)
            {
                if (attempt == MaxAttempts || context.Clock.GetElapsedTime(began) > _patience)
                    throw new StoreUnavailableException("Other replicas kept changing the project. Try again.");
                await Task.Delay(PauseAfter(attempt), context.Clock);
            }
            if (_tried.Count > 0)
                context.Acknowledged.Add(new AcknowledgedWrite(memory.Project, [.. _tried]));
            changes.ForEach(c => c.Complete());
        }
        catch (Exception error)
        {
            memory.Forget();
            changes.ForEach(c => c.Fail(error));
        }
        finally
        {
            lease?.EndWrite(isCertain: !_mayArrive);
        }
    }

    /// <summary>Returns false if another process changed the record meanwhile.</summary>
    async Task<bool> TryWriteAsync()
    {
        await context.ConfirmLeaseAsync(CancellationToken.None);
        if (_tried.Count > 0 && !context.Store.Traits.IsLocal && await WasWrittenAsync())
        {
            await context.ConfirmWriteAsync(CancellationToken.None);
            return true;
        }
        var history = await memory.LoadAsync(CancellationToken.None);
        _tried.Clear();
        _tried.AddRange(Decide(history));
        if (_tried.Count == 0)
        {
            await context.ConfirmWriteAsync(CancellationToken.None);
            return await IsCurrentAsync();
        }
        var validation = memory.BeginValidation();
        try
        {
            _mayArrive = context.Store.ReadOnlyReason is null;
            memory.Publish(await memory.File.AppendAsync(memory.Head, _tried), validation);
            _mayArrive = false;
        }
        catch (PreconditionFailedException)
        {
            _mayArrive = false;
            memory.Forget();
            return false;
        }
        await context.ConfirmWriteAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Lets the changes decide, and applies the events to the history.</summary>
    /// <remarks>No event is earlier than the one before it, whatever the clocks of replicas say.</remarks>
    List<ProjectEvent> Decide(ProjectHistory history)
    {
        var events = new List<ProjectEvent>();
        var now = context.GetUtcNow();
        foreach (var decided in changes.SelectMany(change => change.Decide(history)))
        {
            var at = history.LastAt > now ? history.LastAt : now;
            var serial = history.NextIndexSerial(at);
            var taken = context.Index?.Serials.Take(memory.Project, serial) ?? serial;
            var next = decided with
            {
                Serial = history.Serial + 1,
                First = events.Count > 0 ? events[0].Serial : null,
                WriteId = events.Count == 0 && context.IsShared ? RandomNumberGenerator.GetHexString(16, true) : null,
                At = at,
                IndexSerial = taken == serial ? null : taken,
            };
            history.Apply(next);
            events.Add(next);
        }
        return events;
    }

    /// <summary>Whether the history that was decided on is that in the store.</summary>
    async Task<bool> IsCurrentAsync()
    {
        var head = memory.Head;
        await memory.RefreshAsync(CancellationToken.None);
        return memory.Head == head;
    }

    /// <summary>
    /// Whether the record has the events of the last attempt, so that they need not be decided on again.
    /// </summary>
    async Task<bool> WasWrittenAsync()
    {
        var (history, there) = (memory.NewHistory(), new List<ProjectEvent>());
        var (first, last) = (_tried[0].Serial, _tried[^1].Serial);
        var head = await memory.File.ReadAsync(
            change =>
            {
                history.Apply(change);
                if (history.Serial >= first && history.Serial <= last)
                    there.Add(change);
            },
            CancellationToken.None);
        if (head is null)
            return false;
        memory.Replace(history, head);
        return RecordLines.Write(there).AsSpan().SequenceEqual(RecordLines.Write(_tried));
    }

    /// <summary>The first time is for the one process that may have changed the record once.</summary>
    TimeSpan PauseAfter(int attempt) => attempt == 1
        ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Math.Min(10 << attempt, 500) * context.Random.NextDouble());
}
