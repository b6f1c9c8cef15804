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
    /// <summary>The files of a release that are opened at most to find its metadata.</summary>
    const int MaxFiles = 3;

    /// <summary>
    /// How long a document waits for a file that is not cached. It is shown without its metadata then.
    /// </summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Returns the metadata of the first file that has any, or that none has any, or why that is not known.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="known">
    /// Its answer, which the caller may read: the files are opened where it comes from, and nobody else is asked.
    /// </param>
    /// <param name="files">The files of the release.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<MetadataReading> ReadAsync(
        IRepository repository, ProjectAnswer.Known known, IReadOnlyList<Distribution> files,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_maxWait);
        var result = files.Count <= MaxFiles
            ? MetadataReading.None
            : MetadataReading.NotKnown($"The first {MaxFiles} of its {files.Count} files have none.");
        foreach (var file in files.OrderByDescending(f => f.CoreMetadata is not null).Take(MaxFiles))
        {
            var reading = await TryReadAsync(repository, known, file, limit.Token, cancellationToken);
            if (reading.State is MetadataState.Known)
                return reading;
            // What may come the next time decides whether the answer is kept.
            if (reading.State is MetadataState.NotKnown && (result.State is MetadataState.None || !reading.IsFinal))
                result = reading;
        }
        return result;
    }

    static async Task<MetadataReading> TryReadAsync(
        IRepository repository, ProjectAnswer.Known known, Distribution file, CancellationToken limit,
        CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(repository, known, file, limit);
        }
        catch (BrokenOffException)
        {
            return MetadataReading.NotKnown($"'{file.Name.FileName}' is not available at the moment.", isFinal: false);
        }
        catch (OverloadedException)
        {
            return MetadataReading.NotKnown("The server has too much to do at the moment.", isFinal: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return MetadataReading.NotKnown(
                $"'{file.Name.FileName}' did not come within {_maxWait.TotalSeconds} seconds.", isFinal: false);
        }
    }

    static async Task<MetadataReading> ReadAsync(
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
            return MetadataReading.NotKnown($"The metadata of '{file.Name.FileName}' cannot be read.");
        if (kind is FileContentKind.Bytes && !await HasArrivedAsync(content, cancellationToken))
            return MetadataReading.NotKnown($"'{file.Name.FileName}' is not in the cache.");
        try
        {
            return await MetadataWork.RunAsync(
                MetadataKey.From(repository, known, file), content,
                (opened, budget) => ReadAsync(opened, file, kind, budget), cancellationToken);
        }
        catch (ArchiveException error)
        {
            return MetadataReading.NotKnown(error.Message);
        }
        catch (TooCostlyException)
        {
            return MetadataReading.NotKnown($"It takes too long to read the metadata of '{file.Name.FileName}'.");
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

    static async Task<MetadataReading> ReadAsync(
        FileContent content, Distribution file, FileContentKind kind, WorkBudget budget)
    {
        if (kind is FileContentKind.Metadata && content.Length > CoreMetadata.MaxLength)
            return MetadataReading.NotKnown($"The metadata has more than {CoreMetadata.MaxLength >> 20} MiB.");
        await using var stream = await content.OpenStreamAsync(0, budget.Stop);
        var bytes = kind is FileContentKind.Metadata
            ? await ReadAllAsync(stream, content.Length, budget.Stop)
            : MetadataWork.Extract(stream, file.Name, budget);
        return bytes is null
            ? MetadataReading.None
            : budget.Compute(() => MetadataReading.Known(CoreMetadata.Parse(bytes)));
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
    : WorkKey<MetadataReading>
{
    /// <summary>Returns the key of a file that a repository answered with.</summary>
    public static MetadataKey From(IRepository repository, ProjectAnswer.Known known, Distribution file) => new(
        repository, string.Join('/', known.AnsweredBy), file.Name.Project, file.Name.FileName, file.Sha256,
        file.CoreMetadata);
}
