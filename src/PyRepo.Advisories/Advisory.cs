using System.Collections.Immutable;
using PyRepo.Packaging.Versions;
using PyRepo.Resources.Proxied;

namespace PyRepo.Advisories;

/// <summary>
/// A database's description of a vulnerability of one project (<see href="https://ossf.github.io/osv-schema/">OSV
/// schema</see>).
/// </summary>
sealed record Advisory
{
    /// <summary>The id in the database, such as <c>PYSEC-2021-140</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The ids of the same vulnerability elsewhere, in ordinal order.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>One line about the vulnerability. It may be cut, or empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>When it was published, if the database says so.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>When it last changed, if the database says so.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>When it was withdrawn, or null if it holds.</summary>
    public DateTimeOffset? Withdrawn { get; init; }

    /// <summary>The severity, possibly an alias's. Null if no one has rated it.</summary>
    public Severity? Severity { get; init; }

    /// <summary>The versions that fix it, as the advisory writes them, in the order of PEP 440.</summary>
    public ImmutableArray<string> FixedIn { get; init; } = [];

    /// <summary>The affected versions.</summary>
    public required AffectedVersions Affected { get; init; }

    /// <summary>The page about it.</summary>
    public string Link => $"https://osv.dev/vulnerability/{Uri.EscapeDataString(Id)}";

    /// <summary>Whether a version is affected. A withdrawn advisory affects none.</summary>
    /// <param name="version">The version, or null if the text is none.</param>
    /// <param name="versionText">The version as it is written.</param>
    public bool IsAffected(PythonVersion? version, string versionText) =>
        Withdrawn is null && Affected.Contains(version, versionText);

    /// <summary>Whether it is at least as severe as a policy asks for. One that no one has rated is.</summary>
    /// <param name="minimum">The lowest severity that counts, or null if every advisory does.</param>
    public bool IsSevereEnough(Severity? minimum) => minimum is null || Severity is null || Severity >= minimum;
}
