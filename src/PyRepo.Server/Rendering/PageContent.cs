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

    /// <summary>
    /// The longest body that is in memory, in bytes. A page as long as PyPI's list would take the place of thousands.
    /// </summary>
    public int MaxLengthInMemory { get; init; } = 1 << 20;

    /// <summary>Whether the page is kept.</summary>
    public bool IsKept { get; init; } = true;
}
