using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The recorded downloads that a policy would have refused.</summary>
sealed record ReplayView
{
    /// <summary>The first day, in UTC.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The last day.</summary>
    public required DateOnly To { get; init; }

    /// <summary>The number of downloads.</summary>
    public required long Downloads { get; init; }

    /// <summary>How many of them would have been refused.</summary>
    public required long Refused { get; init; }

    /// <summary>How many are of releases of which nothing is kept.</summary>
    public required long NotJudged { get; init; }

    /// <summary>The releases that would have been refused, those first with the most such downloads.</summary>
    public required IReadOnlyList<Row> Releases { get; init; }

    /// <summary>The releases of which some files would have been hidden, and others not.</summary>
    public required IReadOnlyList<Row> InPart { get; init; }

    /// <summary>How many more releases there are.</summary>
    public int MoreReleases { get; init; }

    /// <summary>The parts that could not be replayed, in sentences.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Returns the view of what a replay tells.</summary>
    public static ReplayView Of(ReplayOutcome outcome)
    {
        var refused = outcome.Releases.Where(each => each.Refused > 0)
            .OrderByDescending(each => each.Refused).ThenBy(each => each.Project).ThenBy(each => each.Version).ToList();
        var inPart = outcome.Releases.Where(each => each.Refused == 0)
            .OrderByDescending(each => each.InPart).ThenBy(each => each.Project).ThenBy(each => each.Version).ToList();
        const int max = ServerLimits.MaxReplayedReleases;
        return new ReplayView
        {
            From = outcome.From,
            To = outcome.To,
            Downloads = outcome.Downloads,
            Refused = refused.Sum(each => each.Refused),
            NotJudged = outcome.NotJudged,
            Releases = [.. refused.Take(max).Select(Row.From)],
            InPart = [.. inPart.Take(max).Select(Row.From)],
            MoreReleases = Math.Max(0, refused.Count - max) + Math.Max(0, inPart.Count - max),
            Notes = outcome.IsComplete
                ? outcome.Notes
                : [.. outcome.Notes, "A statistics file is damaged, so downloads are missing."],
        };
    }

    /// <summary>One of the releases.</summary>
    /// <param name="Project">The project.</param>
    /// <param name="Version">The version.</param>
    /// <param name="Downloads">How often it was downloaded.</param>
    /// <param name="Affected">How many of the downloads would have been refused, or may have been in part.</param>
    /// <param name="Rule">The rule that hid it last.</param>
    /// <param name="Entry">The entry of the rule, or null.</param>
    /// <param name="Reason">The reason, as the end of a sentence about the release.</param>
    /// <param name="Until">Until when it is hidden, or null if time alone does not change that.</param>
    /// <param name="Instead">The newest version that would have been served instead, or null if there was none.</param>
    /// <param name="HiddenAlready">Whether the policy in force hides it now.</param>
    public sealed record Row(
        string Project, string Version, long Downloads, long Affected, string Rule, string? Entry, string Reason,
        DateTimeOffset? Until, string? Instead, bool HiddenAlready)
    {
        /// <summary>Returns the view of a release.</summary>
        public static Row From(ReplayedRelease release) => new(
            release.Project.Value, release.Version, release.Downloads,
            release.Refused > 0 ? release.Refused : release.InPart, release.Verdict.Rule, release.Verdict.Entry,
            release.Verdict.Reason, release.Verdict.Until, release.Instead, release.IsHiddenAlready);
    }
}
