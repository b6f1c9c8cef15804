using PyRepo.Server.Content.Descriptions;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web;

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
