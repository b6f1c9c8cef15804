using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Descriptions;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;

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
            .Select(file => MetadataKey.From(repository, known, file))
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

/// <summary>The metadata of a release, ready to be shown.</summary>
/// <param name="Metadata">The metadata without the description, or null if no file has any.</param>
/// <param name="Description">The description as HTML that is safe to show.</param>
sealed record ReleaseDetails(CoreMetadata? Metadata, Html Description)
{
    /// <summary>Nothing is known.</summary>
    public static ReleaseDetails None { get; } = new(null, Html.Empty);
}

/// <summary>Makes a description HTML.</summary>
/// <param name="Text">The description.</param>
/// <param name="ContentType">Its type.</param>
sealed record DescriptionWork(string Text, string? ContentType) : WorkKey<Html>
{
    /// <summary>A parsed document takes about 16 characters for each of its text, and HTML some more.</summary>
    const int BytesPerCharacter = 48;

    /// <inheritdoc/>
    public override long Weight => base.Weight + (2L * Text.Length);

    /// <summary>Renders it.</summary>
    public Task<Html> RenderAsync(WorkGate gate, CancellationToken cancellationToken) => gate.ComputeAsync(
        this, (long)BytesPerCharacter * Math.Min(Text.Length, ServerLimits.MaxDescriptionLength),
        budget => new Html(DescriptionHtml.Render(Text, ContentType, budget.Stop)), cancellationToken);
}
