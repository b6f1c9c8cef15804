using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// Which distributions of an upstream a proxy serves. Everything it says is a pure function of the facts and the time.
/// </summary>
/// <remarks>All rules judge every file, so that an explanation names all that hide it.</remarks>
sealed record Policy
{
    /// <summary>The entries of a reason that name what blocks a project.</summary>
    const int MaxEntriesInReason = 5;

    /// <summary>The policy of a proxy that sets none: what upstream removed is hidden.</summary>
    public static Policy Default { get; } = new() { Version = "", Rules = [new RemovalRule(UpstreamRemoval.Hide)] };

    /// <summary>Equal versions mean equal rules. The version of <see cref="Default"/> is empty.</summary>
    public required string Version { get; init; }

    /// <summary>
    /// The version without the advisories, which change often; that of the policy itself if it has none.
    /// </summary>
    public string SpecVersion { get => field ?? Version; init; }

    /// <summary>The rules, in the order in which they are explained.</summary>
    public ImmutableArray<IPolicyRule> Rules { get; init; } = [];

    /// <summary>The rule that says which projects are known, or null if all are.</summary>
    public AllowRule? Allowed { get; init; }

    /// <summary>The rule about known vulnerabilities, which also describes what it does not hide; or null.</summary>
    public AdvisoryRule? Advisories { get; init; }

    /// <summary>Whether a rule asks how old a file is.</summary>
    public bool AsksAges => Rules.Any(rule => rule is MinimumAgeRule or AsOfRule);

    /// <summary>Whether cached files are shown although upstream removed them.</summary>
    public bool KeepsRemoved { get; init; }

    /// <summary>Why the rules are not known, or null if they are. Meanwhile nothing is served.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Returns why a project is not known, or null if the policy knows it.</summary>
    public Verdict? Judge(ProjectName project) => Allowed?.Judge(project);

    /// <summary>Returns the first reason that hides a file, or null if it is visible.</summary>
    public Verdict? Judge(Distribution file, DateTimeOffset now)
    {
        if (Allowed?.Judge(file, now) is { } notAllowed)
            return notAllowed;
        foreach (var rule in Rules)
        {
            if (rule.Judge(file, now) is { } verdict)
                return verdict;
        }
        return Advisories?.Judge(file, now);
    }

    /// <summary>Returns a project with the verdict on each file.</summary>
    public ProjectSnapshot Apply(ProjectSnapshot project, DateTimeOffset now)
    {
        // Most projects are as they were.
        SnapshotFile[]? changed = null;
        var (hasVisible, hasBlocked) = (false, false);
        var validUntil = project.ValidUntil;
        foreach (var (i, before) in project.Files.Index())
        {
            var verdicts = VerdictsOn(before.Distribution, now);
            var file = Advisories?.Describe(before) ?? before;
            if (!verdicts.IsEmpty)
                file = file with { HiddenBy = [.. file.HiddenBy, .. verdicts] };
            if (file != before)
                (changed ??= [.. project.Files])[i] = file;
            hasVisible |= file.IsVisible;
            hasBlocked |= !verdicts.IsEmpty && file.Distribution.RemovedAt is null;
            foreach (var verdict in verdicts)
                validUntil = Earlier(validUntil, verdict.Until);
        }
        if (changed is null)
            return project;
        var judged = project with { Files = [.. changed], ValidUntil = validUntil };
        // That upstream removed everything is no quarantine.
        return hasVisible || !hasBlocked || project.Status is ProjectStatus.Quarantined
            ? judged
            : judged with { Status = ProjectStatus.Quarantined, StatusReason = ReasonFor(judged) };
    }

    ImmutableArray<Verdict> VerdictsOn(Distribution file, DateTimeOffset now)
    {
        ImmutableArray<Verdict> verdicts = Allowed?.Judge(file, now) is { } notAllowed ? [notAllowed] : [];
        foreach (var rule in Rules)
        {
            if (rule.Judge(file, now) is { } verdict)
                verdicts = verdicts.Add(verdict);
        }
        return Advisories?.Judge(file, now) is { } vulnerable ? verdicts.Add(vulnerable) : verdicts;
    }

    static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a < b || b is null ? a : b;

    /// <summary>What hides a whole project: <c>blocked by policy: evil</c>.</summary>
    static string ReasonFor(ProjectSnapshot project)
    {
        var entries = project.Files.Where(f => f.Distribution.RemovedAt is null).Select(f => f.HiddenBy[0])
            .Select(v => v.Rule is "block" ? v.Entry : $"{v.Rule} {v.Entry}".Trim())
            .Distinct(StringComparer.Ordinal).ToList();
        return "blocked by policy: " + string.Join(", ", entries.Take(MaxEntriesInReason))
            + (entries.Count > MaxEntriesInReason ? ", …" : "");
    }
}
