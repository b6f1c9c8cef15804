using System.Collections.Immutable;
using PyRepo.Packaging.Inspection;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Content.Repositories;

/// <summary>The knowledge of the release guard about a file.</summary>
/// <param name="IsPending">Whether the file is yet to be inspected before it is listed.</param>
/// <param name="Findings">All that its rules found, whether they are in force or not.</param>
/// <param name="Facts">The facts about its archive, or null if it was not inspected.</param>
public sealed record GuardOutcome(bool IsPending, ImmutableArray<GuardFinding> Findings, ArchiveFacts? Facts)
{
    /// <summary>Whether it was inspected, although upstream may answer no ranges.</summary>
    public bool IsInspected => Weight > 0;

    /// <summary>The memory that is taken by what is remembered of it, in bytes.</summary>
    public long Weight { get; init; }

    /// <summary>Whether all its bytes were, and not only ranges that upstream may have made up.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>A sign of an attack.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Reason">The sign, as the end of a sentence about the file.</param>
public sealed record GuardFinding(GuardRule Rule, string Reason)
{
    /// <summary>The name of all these rules in <c>why</c>.</summary>
    public const string Name = "guard";

    /// <summary>Whether the archive cannot be read, so that no rule can say anything: this counts whatever rules apply.
    /// </summary>
    public bool IsUnreadable { get; init; }

    /// <summary>When it appeared, or null: with the file.</summary>
    public DateTimeOffset? Since { get; init; }
}
