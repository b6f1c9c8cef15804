using System.Collections.Immutable;
using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Records;

/// <summary>Reads and writes the record of one project in the store.</summary>
/// <remarks>
/// Where an append means to write the whole object again, a full one is sealed: its lines become a segment, whose bytes
/// follow from its name, and the object starts again with a line that names the segments.
/// </remarks>
readonly struct RecordFile(ProjectName project, IStore store)
{
    /// <summary>The length in bytes from which an object is sealed.</summary>
    public const int MaxLength = 4 << 20;

    readonly string _key = StorageLayout.Record(project);

    /// <summary>Reads the record without changing it. Returns null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public async Task<ReadRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        var events = new List<ProjectEvent>();
        return await ReadAsync(events.Add, cancellationToken) is { } head ? new ReadRecord(head, 0, events) : null;
    }

    /// <summary>Reads the record one event after the other. Returns null if there is none.</summary>
    /// <param name="apply">Receives the events.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">It is damaged, or an event is not valid where it is.</exception>
    public async Task<RecordHead?> ReadAsync(Action<ProjectEvent> apply, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(_key, cancellationToken);
        if (content is null)
            return null;
        if (content.Object.Length > int.MaxValue)
            throw Damaged(new InvalidDataException("It has more than 2 GiB."));
        if (!store.Traits.AppendsInPlace)
            return (await ParseAsync(content, apply, cancellationToken)).Head;
        try
        {
            var (_, whole) = await content.ReadAsync(
                stream => RecordLines.ReadAsync(stream, apply, cancellationToken), cancellationToken);
            return new RecordHead(content.Object.Version, checked((int)whole), whole < content.Object.Length, []);
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
    }

    /// <summary>Reads what was added to the record, unless its object still has a version.</summary>
    /// <param name="known">The object as it is known.</param>
    /// <param name="serial">The number of events that are known.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">It is damaged, or gone.</exception>
    public async Task<ReadRecord?> ReadIfChangedAsync(
        RecordHead known, long serial, CancellationToken cancellationToken)
    {
        var changed = await store.OpenIfChangedAsync(_key, known.Version, cancellationToken);
        if (changed.IsUnchanged)
            return null;
        await using var content = changed.Content ?? throw Missing();
        var events = new List<ProjectEvent>();
        var (head, count) = await ParseAsync(content, events.Add, cancellationToken, serial);
        return new ReadRecord(head, count - events.Count, events);
    }

    /// <summary>Adds events, if the record is still as it is known.</summary>
    /// <exception cref="PreconditionFailedException">It is not.</exception>
    public async Task<RecordHead> AppendAsync(RecordHead? head, IReadOnlyList<ProjectEvent> events)
    {
        if (head is { IsTorn: true })
            head = await DropTornLineAsync(head);
        var lines = RecordLines.Write(events);
        if (head is not null && !store.Traits.AppendsInPlace && head.Length + lines.Length > MaxLength)
            return await SealAsync(head, events[0].Serial - 1, lines);
        var condition = head is null ? WriteCondition.Absent : WriteCondition.Match(head.Version);
        var written = await store.AppendAsync(_key, lines, condition, CancellationToken.None);
        return new RecordHead(written.Version, (int)written.Length, false, head?.Segments ?? []);
    }

    /// <summary>Returns the error of a record that is known, but not there.</summary>
    public InvalidDataException Missing() => new($"The record '{_key}' is gone, or something else is in its place.");

    InvalidDataException Damaged(InvalidDataException error) =>
        new($"The record '{_key}' is damaged. {error.Message}", error);

    /// <param name="content">The record's object.</param>
    /// <param name="apply">Receives the events that are not known.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="known">The number of events that are known: segments never change.</param>
    async Task<(RecordHead Head, long Events)> ParseAsync(
        StoredContent content, Action<ProjectEvent> apply, CancellationToken cancellationToken, long known = 0)
    {
        var length = checked((int)content.Object.Length);
        var bytes = RecordLines.Buffers.Rent(length);
        try
        {
            await content.ReadAllAsync(bytes.AsMemory(0, length), cancellationToken);
            var first = ReadSegments(bytes.AsSpan(0, length), out var segments);
            var before = 0L;
            foreach (var segment in segments)
            {
                if (known < before + segment.Events)
                    await ReadSegmentAsync(segment, apply, before, known - before, cancellationToken);
                before += segment.Events;
            }
            var (lines, whole) = RecordLines.Read(
                bytes.AsSpan(first, length - first), apply, before, skip: known - before);
            whole += first;
            return (new(content.Object.Version, whole, whole < length, segments), before + lines);
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
        finally
        {
            RecordLines.Buffers.Return(bytes);
        }
    }

    async Task ReadSegmentAsync(
        RecordSegment segment, Action<ProjectEvent> apply, long before, long known,
        CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(segment.Key, cancellationToken)
            ?? throw new InvalidDataException($"Its segment '{segment.Key}' is gone.");
        var (lines, _) = await content.ReadAsync(
            stream => RecordLines.ReadAsync(stream, apply, cancellationToken, before, skip: known), cancellationToken);
        if (lines != segment.Events)
        {
            throw new InvalidDataException(
                $"Its segment '{segment.Key}' has {lines} instead of {segment.Events} events.");
        }
    }

    /// <summary>Reads the line that names the segments, if the first one does. Returns its length.</summary>
    static int ReadSegments(ReadOnlySpan<byte> bytes, out ImmutableArray<RecordSegment> segments)
    {
        segments = [];
        if (!bytes.StartsWith("{\"sealed\":"u8) || bytes.IndexOf((byte)'\n') is not (> 0 and var length))
            return 0;
        try
        {
            segments = JsonSerializer.Deserialize(bytes[..length], RecordJson.Default.SealedLine)!.Sealed;
            return length + 1;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"Its first line can't be read: {error.Message}", error);
        }
    }

    /// <summary>Writes the lines of a full object to a segment, and starts the object again with new lines.</summary>
    async Task<RecordHead> SealAsync(RecordHead head, long lastSerial, byte[] lines)
    {
        byte[] full;
        await using (var content = await store.OpenAsync(_key, CancellationToken.None) ?? throw Missing())
        {
            if (content.Object.Version != head.Version)
                throw new PreconditionFailedException($"The object at '{_key}' has changed since {head.Version}.");
            full = await content.ReadAllAsync(CancellationToken.None);
        }
        await StoreFormatFile.AddFeatureAsync(store, StoreFeature.SealedRecords, CancellationToken.None);
        var firstLine = ReadSegments(full, out _);
        var segment = new RecordSegment(
            StorageLayout.RecordSegment(project, head.SealedEvents + 1, lastSerial), lastSerial - head.SealedEvents);
        await WriteSegmentAsync(segment.Key, full.AsMemory(firstLine));
        ImmutableArray<RecordSegment> segments = [.. head.Segments, segment];
        var line = JsonSerializer.SerializeToUtf8Bytes(new SealedLine(segments), RecordJson.Default.SealedLine);
        byte[] next = [.. line, (byte)'\n', .. lines];
        var written = await WriteAsync(_key, next, WriteCondition.Match(head.Version));
        return new RecordHead(written.Version, next.Length, false, segments);
    }

    /// <summary>
    /// Removes what a crash left behind the last whole line. This waits for the next change, because reading must work
    /// on a full disk.
    /// </summary>
    async Task<RecordHead> DropTornLineAsync(RecordHead head)
    {
        byte[] bytes;
        await using (var content = await store.OpenAsync(_key, CancellationToken.None) ?? throw Missing())
            bytes = await content.ReadAllAsync(CancellationToken.None);
        var written = await WriteAsync(_key, bytes.AsMemory(0, head.Length), WriteCondition.Match(head.Version));
        return head with { Version = written.Version, IsTorn = false };
    }

    /// <summary>Writes a segment, unless an earlier attempt did: its bytes follow from its name.</summary>
    async Task WriteSegmentAsync(string key, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await WriteAsync(key, bytes, WriteCondition.Absent);
        }
        catch (PreconditionFailedException) when (store.Traits.HonorsConditions is true)
        {
            await using var content = await store.OpenAsync(key, CancellationToken.None);
            var there = content is null ? [] : await content.ReadAllAsync(CancellationToken.None);
            if (!bytes.Span.SequenceEqual(there))
                throw new InvalidDataException($"There is another segment at '{key}'.");
        }
    }

    async Task<StoredObject> WriteAsync(string key, ReadOnlyMemory<byte> bytes, WriteCondition condition)
    {
        await using var staged = await store.StageAsync(bytes.Length, CancellationToken.None);
        await staged.AppendAsync(bytes, CancellationToken.None);
        return await store.CommitAsync(staged, key, condition, CancellationToken.None);
    }
}

/// <summary>A record as it is in the store.</summary>
/// <param name="Head">Its object.</param>
/// <param name="Skipped">The number of events that were not read, because they are known.</param>
/// <param name="Events">The events after those.</param>
readonly record struct ReadRecord(RecordHead Head, long Skipped, List<ProjectEvent> Events)
{
    /// <summary>Whether it lacks events that were acknowledged, so that what is known of it counts no more.</summary>
    public bool IsOther { get; init; }
}
