using PyRepo.Packaging.Metadata;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>What a release's metadata says, ready to be shown.</summary>
/// <param name="Metadata">The metadata without the description, or null if no file has any.</param>
/// <param name="Description">The description as HTML that is safe to show.</param>
sealed record ReleaseDetails(CoreMetadata? Metadata, Html Description)
{
    /// <summary>Nothing is known.</summary>
    public static ReleaseDetails None { get; } = new(null, Html.Empty);
}
