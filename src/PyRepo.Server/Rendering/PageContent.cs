using PyRepo.Server.Caching;

namespace PyRepo.Server.Rendering;

/// <summary>What a page shows, before it is rendered.</summary>
/// <param name="ContentType">The media type.</param>
/// <param name="Write">Writes the body. Absolute links begin with <see cref="BaseUrlMarker.Text"/>.</param>
sealed record PageContent(string ContentType, Action<SegmentedBufferWriter> Write)
{
    /// <summary>The project's serial, if it has one.</summary>
    public long? Serial { get; init; }

    /// <summary>The approximate length of the body in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Whether the page has absolute links.</summary>
    public bool HasBaseUrl { get; init; }

    /// <summary>Whether the page is kept.</summary>
    public bool IsKept { get; init; } = true;
}
