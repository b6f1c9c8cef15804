using PyRepo.Packaging.Metadata;
using PyRepo.Server.Archives;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Releases;

/// <summary>Finds the metadata of a release in a wheel's metadata file, or else in a source distribution.</summary>
static class ReleaseMetadata
{
    /// <summary>
    /// The size up to which metadata is shown. Escaped, it takes up to six times as much, for each slow client if it
    /// does not fit into the memory budget.
    /// </summary>
    const int MaxLength = 256 * 1024;

    /// <summary>The files of a release that are opened at most to find its metadata.</summary>
    const int MaxFiles = 3;

    /// <summary>
    /// How long a document waits for a file that is not cached. It is shown without its metadata then.
    /// </summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Returns the metadata of the first file that has any, or null if none does, and whether that is for good. A file
    /// that did not come may come the next time.
    /// </summary>
    public static async Task<(CoreMetadata? Metadata, bool IsFinal)> ReadAsync(
        IRepository repository, IReadOnlyList<Distribution> files, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_maxWait);
        var isFinal = true;
        foreach (var file in files.OrderByDescending(f => f.CoreMetadata is not null).Take(MaxFiles))
        {
            try
            {
                if (await ReadAsync(repository, file, limit.Token) is { } metadata)
                    return (metadata, true);
            }
            catch (Exception error) when (error is BrokenOffException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                isFinal = false;
            }
        }
        return (null, isFinal);
    }

    static async Task<CoreMetadata?> ReadAsync(
        IRepository repository, Distribution file, CancellationToken cancellationToken)
    {
        var kind = file.CoreMetadata is not null ? FileContentKind.Metadata : FileContentKind.Bytes;
        var request = new FileRequest(file.Name.Project, file.Name.FileName, file.Sha256?.Prefix16, kind);
        var answer = await repository.OpenAsync(request, cancellationToken);
        if (answer is OpenAnswer.Unavailable down)
            throw new BrokenOffException(down.Reason ?? "The file is not available.");
        if (answer is not OpenAnswer.Found { Content: var content })
            return null;
        await using (content)
        {
            if (kind is FileContentKind.Bytes && !await content.HasArrivedAsync(cancellationToken))
                return null;
            try
            {
                return kind is FileContentKind.Metadata
                    ? await ArchiveSlots.Shared.ReadMetadataAsync(stop => ParseAsync(content, stop), cancellationToken)
                    : await ArchiveSlots.Shared.InspectAsync(
                        content.Length, stop => ExtractAsync(content, file, stop), cancellationToken);
            }
            catch (Exception error) when (error is ArchiveException or RejectedException)
            {
                return null;
            }
        }
    }

    static async Task<CoreMetadata?> ParseAsync(FileContent content, CancellationToken cancellationToken)
    {
        if (content.Length > MaxLength)
            return null;
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        var bytes = new byte[content.Length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return CoreMetadata.Parse(bytes);
    }

    static async Task<CoreMetadata?> ExtractAsync(
        FileContent content, Distribution file, CancellationToken cancellationToken)
    {
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        var found = DistributionArchive.ReadMetadata(stream, file.Name, cancellationToken);
        return found is null or { Length: > MaxLength } ? null : CoreMetadata.Parse(found);
    }
}
