using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Moving;

/// <summary>Copies single objects in flat memory, and hashes them on the way.</summary>
/// <param name="source">Where they are.</param>
/// <param name="target">Where they go, under the same keys.</param>
/// <param name="read">Receives the number of bytes that were read since the last call.</param>
sealed class ObjectCopier(IStore source, IStore target, Action<long> read)
{
    /// <summary>Copies an object, unless the target has it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="size">The size that it must have, if that is known.</param>
    /// <param name="sha256">The digest that it must have, if that is known.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    public async Task<CopyResult> CopyAsync(
        string key, long? size, Sha256Digest? sha256, CancellationToken cancellationToken)
    {
        var there = await target.StatAsync(key, cancellationToken);
        if (there is not null && await IsSameAsync(key, size, there, cancellationToken)
            && (target is not IIncrementalTarget keeping
                || await keeping.TryKeepAsync(there, sha256, cancellationToken)))
        {
            return CopyResult.Existing;
        }
        await using var content = await source.OpenAsync(key, cancellationToken);
        if (content is null)
            return CopyResult.Missing;
        if (size is not null && content.Object.Length != size)
            return CopyResult.Damaged;
        await using var staged = await target.StageAsync(key, content.Object.Length, cancellationToken);
        if (!await IsCopiedWholeAsync(content, staged, sha256, cancellationToken))
            return CopyResult.Damaged;
        await CommitAsync(
            staged, key, there is null ? WriteCondition.Absent : WriteCondition.Match(there.Version),
            cancellationToken);
        return CopyResult.Copied;
    }

    /// <summary>
    /// Copies the object of a record up to the end of its last complete line. Returns false if it is not any more as it
    /// was read.
    /// </summary>
    /// <exception cref="InvalidDataException">The condition on the target's record is not met.</exception>
    public async Task<bool> TryCopyRecordAsync(
        string key, RecordHead head, WriteCondition condition, CancellationToken cancellationToken)
    {
        await using var content = await source.OpenAsync(key, cancellationToken);
        if (content is null || content.Object.Version != head.Version)
            return false;
        await using var staged = await target.StageAsync(key, null, cancellationToken);
        if (!target.Traits.AppendsInPlace || head.Segments.IsEmpty)
            await CopyBytesAsync(content, head.Length, staged, cancellationToken);
        else if (!await TryJoinSegmentsAsync(content, head, staged, cancellationToken))
            return false;
        await CommitAsync(staged, key, condition, cancellationToken);
        return true;
    }

    /// <summary>
    /// Writes a record as a folder has it: the lines of its segments, then its own, without the one that names these.
    /// Returns false if a segment is gone.
    /// </summary>
    async Task<bool> TryJoinSegmentsAsync(
        StoredContent content, RecordHead head, StagedObject staged, CancellationToken cancellationToken)
    {
        foreach (var segment in head.Segments)
        {
            await using var part = await source.OpenAsync(segment.Key, cancellationToken);
            if (part is null)
                return false;
            await CopyBytesAsync(part, part.Object.Length, staged, cancellationToken);
        }
        var own = (await content.ReadAllAsync(cancellationToken)).AsMemory(0, head.Length);
        await staged.AppendAsync(own[(own.Span.IndexOf((byte)'\n') + 1)..], cancellationToken);
        return true;
    }

    /// <summary>Copies the bytes. Returns false if they are not what the caller or the source says they are.</summary>
    async Task<bool> IsCopiedWholeAsync(
        StoredContent content, StagedObject staged, Sha256Digest? sha256, CancellationToken cancellationToken)
    {
        try
        {
            var digest = await CopyBytesAsync(content, content.Object.Length, staged, cancellationToken);
            return sha256 is not { } expected || digest == expected;
        }
        catch (InvalidDataException)
        {
            return false; // A backup knows the digest of all that it has.
        }
    }

    /// <summary>Writes what nobody else has written meanwhile.</summary>
    async Task CommitAsync(
        StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
    {
        try
        {
            await target.CommitAsync(staged, key, condition, cancellationToken);
        }
        catch (PreconditionFailedException error)
        {
            throw new InvalidDataException(
                $"somebody else changed its {key} meanwhile. Stop the server that uses it, and copy again", error);
        }
    }

    /// <summary>
    /// Whether the target has the object. What the server writes under an id of its own never changes, and was verified
    /// before it got its key. Anything else must not be older than the source's.
    /// </summary>
    async Task<bool> IsSameAsync(string key, long? size, StoredObject there, CancellationToken cancellationToken)
    {
        if (size is not null && StorageLayout.GetId(key) is not null)
            return there.Length == size;
        return await source.StatAsync(key, cancellationToken) is { } from
            && there.Length == from.Length && there.LastModified >= from.LastModified;
    }

    async Task<Sha256Digest> CopyBytesAsync(
        StoredContent content, long length, StagedObject staged, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        return await HashedCopy.RunAsync(stream, length, staged, read, cancellationToken);
    }
}

/// <summary>The result of copying an object.</summary>
enum CopyResult
{
    /// <summary>It was copied.</summary>
    Copied,

    /// <summary>The target had it.</summary>
    Existing,

    /// <summary>The source does not have it.</summary>
    Missing,

    /// <summary>The source has other bytes than the record says. They were not copied.</summary>
    Damaged,
}
