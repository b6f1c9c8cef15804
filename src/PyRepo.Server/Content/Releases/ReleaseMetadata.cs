using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Releases;

/// <summary>Finds the metadata of a release in a wheel's metadata file, or else in a source distribution.</summary>
static class ReleaseMetadata
{
    /// <summary>
    /// The size in bytes up to which metadata is shown. Escaped, it takes up to six times as much, for each slow client
    /// if it does not fit into the memory budget.
    /// </summary>
    public const int MaxLength = 256 << 10;

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
    /// <param name="repository">The repository.</param>
    /// <param name="known">
    /// Its answer, which the caller may read: the files are opened where it comes from, and nobody else is asked.
    /// </param>
    /// <param name="files">The files of the release.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<(CoreMetadata? Metadata, bool IsFinal)> ReadAsync(
        IRepository repository, ProjectAnswer.Known known, IReadOnlyList<Distribution> files,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_maxWait);
        var isFinal = true;
        foreach (var file in files.OrderByDescending(f => f.CoreMetadata is not null).Take(MaxFiles))
        {
            try
            {
                if (await ReadAsync(repository, known, file, limit.Token) is { } metadata)
                    return (metadata, true);
            }
            catch (Exception error) when (error is BrokenOffException or OverloadedException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                isFinal = false;
            }
        }
        return (null, isFinal);
    }

    static async Task<CoreMetadata?> ReadAsync(
        IRepository repository, ProjectAnswer.Known known, Distribution file, CancellationToken cancellationToken)
    {
        var kind = file.CoreMetadata is not null ? FileContentKind.Metadata : FileContentKind.Bytes;
        var request = new FileRequest(file.Name.Project, file.Name.FileName, file.Sha256?.Prefix16, kind)
        {
            Answer = known,
        };
        var answer = await repository.OpenAsync(request, cancellationToken);
        if (answer is OpenAnswer.Unavailable down)
            throw new BrokenOffException(down.Reason ?? "The file is not available.");
        if (answer is not OpenAnswer.Found { Content: var content })
            return null;
        if (kind is FileContentKind.Bytes && !await HasArrivedAsync(content, cancellationToken))
            return null;
        try
        {
            return await MetadataWork.RunAsync(
                MetadataKey.From(repository, known, file), content,
                (opened, budget) => ReadAsync(opened, file, kind, budget), cancellationToken);
        }
        catch (Exception error) when (error is ArchiveException or TooCostlyException)
        {
            return null;
        }
    }

    static async Task<bool> HasArrivedAsync(FileContent content, CancellationToken cancellationToken)
    {
        var hasArrived = false;
        try
        {
            return hasArrived = await content.HasArrivedAsync(cancellationToken);
        }
        finally
        {
            if (!hasArrived)
                await content.DisposeAsync();
        }
    }

    static async Task<CoreMetadata?> ReadAsync(
        FileContent content, Distribution file, FileContentKind kind, WorkBudget budget)
    {
        if (kind is FileContentKind.Metadata && content.Length > MaxLength)
            return null;
        await using var stream = await content.OpenStreamAsync(0, budget.Stop);
        var bytes = kind is FileContentKind.Metadata
            ? await ReadAllAsync(stream, content.Length, budget.Stop)
            : MetadataWork.Find(stream, file.Name, budget);
        return bytes is null or { Length: > MaxLength } ? null : budget.Compute(() => CoreMetadata.Parse(bytes));
    }

    static async Task<byte[]> ReadAllAsync(Stream stream, long length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}

/// <summary>The source of a file's metadata.</summary>
/// <remarks>
/// An upstream may claim any digest. So what is read of its files is only for its repository, and in a group for the
/// members that answered.
/// </remarks>
sealed record MetadataKey(
    IRepository Repository, string AnsweredBy, ProjectName Project, string FileName, Sha256Digest? Sha256,
    Sha256Digest? CoreMetadata)
    : WorkKey<CoreMetadata?>
{
    /// <summary>Returns the key of a file that a repository answered with.</summary>
    public static MetadataKey From(IRepository repository, ProjectAnswer.Known known, Distribution file) => new(
        repository, string.Join('/', known.AnsweredBy), file.Name.Project, file.Name.FileName, file.Sha256,
        file.CoreMetadata);
}
