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
        var reading = await ReleaseMetadata.ReadAsync(repository, known, release.Files, cancellationToken);
        var details = new ReleaseDetails(
            reading with { Metadata = reading.Metadata is { } metadata ? metadata with { Description = null } : null },
            await DescribeAsync(reading, cancellationToken));
        if (reading.IsFinal && key is not null)
            _details.Set(key, details, Weight + (2L * details.Description.Html.Text.Length)
                + (2 * ShownFields.Measure(reading.Metadata ?? new())));
        return details;
    }

    async Task<ReleaseDescription> DescribeAsync(MetadataReading reading, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(reading.Metadata?.Description)
            ? ReleaseDescription.None
            : await new DescriptionWork(
                reading.Metadata.Description, reading.Metadata.DescriptionContentType, reading.IsDescriptionCut)
                .RenderAsync(gate, cancellationToken);
}

/// <summary>The metadata of a release, ready to be shown.</summary>
/// <param name="Reading">The metadata without the description, or why it is not known.</param>
/// <param name="Description">The description.</param>
sealed record ReleaseDetails(MetadataReading Reading, ReleaseDescription Description)
{
    /// <summary>There is no release.</summary>
    public static ReleaseDetails None { get; } = new(MetadataReading.None, ReleaseDescription.None);

    /// <summary>The metadata without the description, or null if there is none or it is not known.</summary>
    public CoreMetadata? Metadata => Reading.Metadata;

    /// <summary>Whether there is metadata, and whether it is known.</summary>
    public MetadataState MetadataState => Reading.State;

    /// <summary>Says which metadata is not shown and why, or null if all is.</summary>
    public string? MetadataNote =>
        Reading.State is MetadataState.NotKnown ? $"The metadata of this release is not known. {Reading.Reason}"
        : Reading.LeftOut.Count > 0 ? $"Not shown, because it is too long: {string.Join(", ", Reading.LeftOut)}."
        : null;
}

/// <summary>A release's description.</summary>
/// <param name="Html">The description as HTML that is safe to show, or nothing if there is none.</param>
/// <param name="Note">A sentence that says why it, or a part of it, is shown as text, or null.</param>
sealed record ReleaseDescription(Html Html, string? Note)
{
    /// <summary>No description.</summary>
    public static ReleaseDescription None { get; } = new(Html.Empty, null);
}

/// <summary>Makes a description HTML.</summary>
/// <param name="Text">The description.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="IsCut">Whether it is longer than the text.</param>
sealed record DescriptionWork(string Text, string? ContentType, bool IsCut) : WorkKey<ReleaseDescription>
{
    /// <summary>A parsed document takes about 16 characters for each of its text, and HTML some more.</summary>
    const int BytesPerCharacter = 48;

    /// <inheritdoc/>
    public override long Weight => base.Weight + (2L * Text.Length);

    /// <summary>Renders it.</summary>
    public Task<ReleaseDescription> RenderAsync(WorkGate gate, CancellationToken cancellationToken) =>
        gate.ComputeAsync(
            this, (long)BytesPerCharacter * Math.Min(Text.Length, ServerLimits.MaxDescriptionLength),
            budget =>
            {
                var (html, note) = DescriptionHtml.Render(Text, ContentType, IsCut, budget.Stop);
                return new ReleaseDescription(new Html(html), note);
            },
            cancellationToken);
}
