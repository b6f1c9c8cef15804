using PyRepo.Packaging.Metadata;

namespace PyRepo.Server.Content.Releases;

/// <summary>A release's metadata as far as it is known. If it is not, that is not shown as if there were none.</summary>
sealed record MetadataReading
{
    MetadataReading()
    {
    }

    /// <summary>No file of the release has metadata.</summary>
    public static MetadataReading None { get; } = new() { State = MetadataState.None };

    /// <summary>Whether there is metadata, and whether it is known.</summary>
    public required MetadataState State { get; init; }

    /// <summary>The metadata as far as it is shown, or null if there is none or it is not known.</summary>
    public CoreMetadata? Metadata { get; init; }

    /// <summary>A sentence that says why the metadata is not known, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the description is longer than what is left of it.</summary>
    public bool IsDescriptionCut { get; init; }

    /// <summary>The fields that are too long to be shown, by their names in the metadata.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Whether it stays so. A file that did not come may come the next time.</summary>
    public bool IsFinal { get; init; } = true;

    /// <summary>Returns metadata that could be read, as far as it is shown.</summary>
    public static MetadataReading Known(CoreMetadata metadata)
    {
        var shown = ShownFields.Of(metadata);
        var description = DescriptionCut.Apply(metadata.Description);
        return new()
        {
            State = MetadataState.Known,
            Metadata = shown.Metadata with { Description = description },
            IsDescriptionCut = description?.Length < metadata.Description?.Length,
            LeftOut = shown.LeftOut,
        };
    }

    /// <summary>Returns that the metadata is not known.</summary>
    /// <param name="reason">A sentence that says why.</param>
    /// <param name="isFinal">Whether it stays so.</param>
    public static MetadataReading NotKnown(string reason, bool isFinal = true) =>
        new() { State = MetadataState.NotKnown, Reason = reason, IsFinal = isFinal };

    /// <summary>Returns whether it is known what a field holds, or that it is empty.</summary>
    public bool Knows(string field) => State is not MetadataState.NotKnown && !LeftOut.Contains(field);
}

/// <summary>Whether a release's metadata is known.</summary>
enum MetadataState
{
    /// <summary>It was read.</summary>
    Known,

    /// <summary>The files were read, and none has any.</summary>
    None,

    /// <summary>It could not be read, or it is too large.</summary>
    NotKnown,
}
