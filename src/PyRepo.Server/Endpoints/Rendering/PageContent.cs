using System.Buffers;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>The content of a page, before it is rendered.</summary>
/// <param name="ContentType">The media type.</param>
/// <param name="Parts">The parts of the body, in order.</param>
sealed record PageContent(string ContentType, IReadOnlyList<PagePart> Parts)
{
    /// <summary>A page that is one part.</summary>
    /// <param name="contentType">The media type.</param>
    /// <param name="write">Writes the body. Absolute links begin with <see cref="BaseUrlMarker.Text"/>.</param>
    public PageContent(string contentType, Action<IBufferWriter<byte>> write)
        : this(contentType, [new PagePart(null, write)])
    {
    }

    /// <summary>The project's serial, if it has one.</summary>
    public long? Serial { get; init; }

    /// <summary>The approximate length of the body in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The same of the longest part, or null if that is the body.</summary>
    public long? LengthOfPart { get; init; }

    /// <summary>The memory that is taken while it is rendered, in bytes: that of a part beside what is kept.</summary>
    public long WeightWhileRendered => LengthOfPart is { } part && part < Length
        ? MaxLengthInMemory + GetWeight(part) : GetWeight(Length);

    /// <summary>Whether the page has absolute links.</summary>
    public bool HasBaseUrl { get; init; }

    /// <summary>
    /// The longest body that is in memory, in bytes. A page as long as PyPI's list would take the place of thousands.
    /// </summary>
    public int MaxLengthInMemory { get; init; } = 1 << 20;

    /// <summary>Whether the page is kept.</summary>
    public bool IsKept { get; init; } = true;

    /// <summary>The memory that is taken while so many bytes are rendered.</summary>
    static long GetWeight(long length) => length + (length / 2) + 4096;
}

/// <summary>A part of a page, which is rendered, compressed and kept by itself.</summary>
/// <param name="Id">
/// Parts of one page's versions with equal ids have equal bytes; null if the part is rendered for each version.
/// </param>
/// <param name="Write">Writes it. Absolute links begin with <see cref="BaseUrlMarker.Text"/>.</param>
sealed record PagePart(object? Id, Action<IBufferWriter<byte>> Write);
