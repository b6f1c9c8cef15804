using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// Reads and renders what releases' metadata says, once for each file: a README may be long, and the metadata of a
/// source distribution lies in its archive.
/// </summary>
sealed class ReleaseDetailsCache(MemoryBudget budget, WorkGate gate)
{
    /// <summary>The approximate memory of details without a description, in bytes.</summary>
    const int Weight = 4000;

    readonly BudgetedCache<MetadataKey, ReleaseDetails> _details = new(budget);

    /// <summary>Returns the details of a release.</summary>
    public async Task<ReleaseDetails> GetAsync(
        IRepository repository, ProjectAnswer.Known known, Release release, CancellationToken cancellationToken)
    {
        var key = release.Files.OrderByDescending(file => file.CoreMetadata is not null)
            .Where(file => file.Sha256 is not null || file.CoreMetadata is not null)
            .Select(file => MetadataKey.Of(repository, known, file))
            .FirstOrDefault();
        if (key is not null && _details.TryGet(key, out var cached))
            return cached;
        var (metadata, isFinal) = await ReleaseMetadata.ReadAsync(
            repository, known, release.Files, cancellationToken);
        var details = metadata is null
            ? ReleaseDetails.None
            : new ReleaseDetails(
                metadata with { Description = null }, await DescriptionOfAsync(metadata, cancellationToken));
        if (isFinal && key is not null)
            _details.Set(key, details, Weight + (2L * details.Description.Text.Length));
        return details;
    }

    async Task<Html> DescriptionOfAsync(CoreMetadata metadata, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(metadata.Description)
            ? Html.Empty
            : await new DescriptionWork(metadata.Description, metadata.DescriptionContentType)
                .RenderAsync(gate, cancellationToken);
}
