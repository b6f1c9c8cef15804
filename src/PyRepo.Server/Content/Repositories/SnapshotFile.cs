using System.Collections.Immutable;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A file of a snapshot, and whether it is visible.</summary>
/// <param name="Distribution">The file.</param>
public readonly record struct SnapshotFile(Distribution Distribution)
{
    readonly ImmutableArray<Verdict> _hiddenBy;
    readonly ImmutableArray<Vulnerability> _vulnerabilities;

    /// <summary>Why the file is hidden; empty if it is visible.</summary>
    public ImmutableArray<Verdict> HiddenBy
    {
        get => _hiddenBy.IsDefault ? [] : _hiddenBy;
        init => _hiddenBy = value;
    }

    /// <summary>The known vulnerabilities of its release, as far as the repository looks for them.</summary>
    public ImmutableArray<Vulnerability> Vulnerabilities
    {
        get => _vulnerabilities.IsDefault ? [] : _vulnerabilities;
        init => _vulnerabilities = value;
    }

    /// <summary>Whether a page shows the file.</summary>
    public bool IsVisible => _hiddenBy.IsDefaultOrEmpty;
}
