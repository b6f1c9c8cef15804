using PyRepo.Packaging.Metadata;
using PyRepo.Server.Archives;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.JsonApi;

/// <summary>Finds the metadata of a release in a wheel's metadata file, or else in a source distribution.</summary>
static class ReleaseMetadata
{
    /// <summary>
    /// The size up to which metadata is shown. Escaped, it takes up to six times as much, for each slow client if it
    /// does not fit into the memory budget.
    /// </summary>
    const int MaxLength = 256 * 1024;

    /// <summary>Returns the metadata of the first file that has any, or null if no file does.</summary>
    public static async Task<CoreMetadata?> ReadAsync(
        IRepository repository, IReadOnlyList<Distribution> files, CancellationToken cancellationToken)
    {
        foreach (var file in files.OrderByDescending(f => f.CoreMetadata is not null))
        {
            if (await ReadAsync(repository, file, cancellationToken) is { } metadata)
                return metadata;
        }
        return null;
    }

    static async Task<CoreMetadata?> ReadAsync(
        IRepository repository, Distribution file, CancellationToken cancellationToken)
    {
        var kind = file.CoreMetadata is not null ? FileContentKind.Metadata : FileContentKind.Bytes;
        var request = new FileRequest(file.Name.Project, file.Name.FileName, file.Sha256?.Prefix16, kind);
        if (await repository.OpenAsync(request, cancellationToken) is not OpenAnswer.Found { Content: var content })
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
        var found = DistributionArchive.Read(stream, file.Name, strict: false, cancellationToken).Metadata;
        return found is null or { Length: > MaxLength } ? null : CoreMetadata.Parse(found);
    }
}
