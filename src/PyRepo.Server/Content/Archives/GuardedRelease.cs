namespace PyRepo.Server.Content.Archives;

/// <summary>A release of a project, with what is known of its files.</summary>
/// <param name="start">When its first file became available.</param>
/// <param name="files">Its files.</param>
sealed class GuardedRelease(DateTimeOffset start, IReadOnlyList<GuardedFile> files)
{
    /// <summary>When its first file became available.</summary>
    public DateTimeOffset Start => start;

    /// <summary>Its files.</summary>
    public IReadOnlyList<GuardedFile> Files => files;

    /// <summary>Those whose archives were inspected.</summary>
    public IReadOnlyList<GuardedFile> Inspected { get; } = [.. files.Where(file => file.Facts is not null)];

    /// <summary>Whether a wheel was inspected.</summary>
    public bool HasInspectedWheel { get; } = files.Any(file => file is { IsWheel: true, Facts: not null });

    /// <summary>Whether there is a wheel.</summary>
    public bool HasWheel { get; } = files.Any(file => file.IsWheel);

    /// <summary>Whether a file is compiled.</summary>
    public bool HasNative { get; } = files.Any(file => file.IsNative);
}
