using System.Collections.Frozen;
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

    /// <summary>
    /// The policy of a proxy that sets none: what upstream removed is hidden, and what it replaced is reported.
    /// </summary>
    public static Policy Default { get; } = new()
    {
        Version = "",
        Rules = [GuardFindingRule.Default, new RemovalRule(UpstreamRemoval.Hide)],
    };

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

    /// <summary>The waivers, by which some verdicts do not count for a while.</summary>
    public Waivers Waivers { get; init; } = Waivers.None;

    /// <summary>Whether a rule asks how old a file is.</summary>
    public bool AsksAges => Rules.Any(rule => rule is MinimumAgeRule or AsOfRule);

    /// <summary>Whether a rule asks what was found out about a file: who has attested it, or what is in it.</summary>
    public bool AsksFindings =>
        Rules.Any(rule => rule is ProvenanceRule or GuardFindingRule && rule != GuardFindingRule.Default);

    /// <summary>Whether cached files are shown although upstream removed them.</summary>
    public bool KeepsRemoved { get; init; }

    /// <summary>Why the rules are not known, or null if they are. Meanwhile nothing is served.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Returns why a project is not known, or null if the policy knows it.</summary>
    public Verdict? Judge(ProjectName project) => Allowed?.Judge(project);

    /// <summary>Returns what hides a file longest, or null if it is visible.</summary>
    public Verdict? Judge(Distribution file, DateTimeOffset now) =>
        Verdict.FindLongest(GetVerdicts(file, now).Hiding);

    /// <summary>Returns a project with the verdict on each file.</summary>
    public ProjectSnapshot Apply(ProjectSnapshot project, DateTimeOffset now)
    {
        // Most projects are as they were.
        SnapshotFile[]? changed = null;
        var (hasVisible, hasBlocked) = (false, false);
        var validUntil = project.ValidUntil;
        foreach (var (i, before) in project.Files.Index())
        {
            var file = Apply(before, now);
            if (file != before)
                (changed ??= [.. project.Files])[i] = file;
            hasVisible |= file.IsVisible;
            hasBlocked |= file.HiddenBy.Length > before.HiddenBy.Length && file.Distribution.RemovedAt is null;
            foreach (var verdict in file.HiddenBy)
                validUntil = Earlier(validUntil, verdict.Until);
            foreach (var waiver in file.Waivers)
                validUntil = Earlier(validUntil, waiver.Until);
        }
        if (changed is null)
            return project;
        var judged = project with { Files = [.. changed], ValidUntil = validUntil };
        // That upstream removed everything is no quarantine.
        return hasVisible || !hasBlocked || project.Status is ProjectStatus.Quarantined
            ? judged
            : judged with { Status = ProjectStatus.Quarantined, StatusReason = GetReason(judged) };
    }

    SnapshotFile Apply(SnapshotFile before, DateTimeOffset now)
    {
        var (hiding, waived, reported) = GetVerdicts(before.Distribution, now);
        var waiver = Waivers.Find(AdvisoryRule.Name, before.Distribution.Name, now);
        var file = Advisories?.Describe(before, waiver) ?? before;
        if (!hiding.IsEmpty)
            file = file with { HiddenBy = [.. file.HiddenBy, .. hiding] };
        if (!reported.IsEmpty)
            file = file with { Reported = [.. file.Reported, .. reported] };
        return waived.IsEmpty ? file : file with { Waivers = [.. file.Waivers, .. waived] };
    }

    FileVerdicts GetVerdicts(Distribution file, DateTimeOffset now)
    {
        ImmutableArray<Verdict> hiding = Allowed?.Judge(file, now) is { } notAllowed ? [notAllowed] : [];
        ImmutableArray<Waiver> waived = [];
        ImmutableArray<Verdict> reported = [];
        foreach (var rule in Rules)
        {
            Add(rule is GuardFindingRule guard
                ? guard.Judge(file, now, Advisories?.FindSevere(file)) : rule.Judge(file, now));
            if (rule.Report(file, now) is { } finding && Waivers.Find(finding.Rule, file.Name, now) is null)
                reported = reported.Add(finding);
        }
        Add(Advisories?.Judge(file, now));
        return new(hiding, waived, reported);

        void Add(Verdict? verdict)
        {
            if (verdict is null)
                return;
            if (Waivers.Find(verdict.Rule, file.Name, now) is { } waiver)
                waived = waived.Add(waiver);
            else
                hiding = hiding.Add(verdict);
        }
    }

    readonly record struct FileVerdicts(
        ImmutableArray<Verdict> Hiding, ImmutableArray<Waiver> Waived, ImmutableArray<Verdict> Reported);

    static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a < b || b is null ? a : b;

    /// <summary>
    /// Returns why a whole project is hidden, and until when: <c>blocked by policy: minimumAge 7d, until
    /// 2026-12-01T10:00:00Z</c>.
    /// </summary>
    static string GetReason(ProjectSnapshot project)
    {
        var longest = project.Files.Where(f => f.Distribution.RemovedAt is null)
            .Select(f => Verdict.FindLongest(f.HiddenBy)!).ToList();
        var entries = longest.Select(v => v.Rule is "block" ? v.Entry : $"{v.Rule} {v.Entry}".Trim())
            .Distinct(StringComparer.Ordinal).ToList();
        return "blocked by policy: " + string.Join(", ", entries.Take(MaxEntriesInReason))
            + (entries.Count > MaxEntriesInReason ? ", …" : "")
            + (longest.Min(v => v.Until) is { } firstEnd ? $", until {Verdict.FormatEnd(firstEnd)}" : "");
    }
}

/// <summary>One rule of a policy. It is a pure function of a file and the time.</summary>
interface IPolicyRule
{
    /// <summary>Returns why a file is hidden, or null if the rule lets it through.</summary>
    Verdict? Judge(Distribution file, DateTimeOffset now);

    /// <summary>Returns what people should know about a file that the rule lets through, or null.</summary>
    Verdict? Report(Distribution file, DateTimeOffset now) => null;
}

/// <summary>Hides what no entry of <c>allow</c> names.</summary>
/// <param name="allowed">The entries.</param>
sealed class AllowRule(PolicyEntries allowed) : IPolicyRule
{
    const string Name = "allow";

    /// <summary>Returns why a project is not known, or null if an entry names it.</summary>
    public Verdict? Judge(ProjectName project) => !allowed.Get(project).IsEmpty
        ? null
        : new Verdict(Name, null, "is not named by any entry of 'allow'");

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now)
    {
        PolicyEntry? first = null;
        foreach (var entry in allowed.Get(file.Name.Project))
        {
            if (entry.Contains(file.Name))
                return null;
            first ??= entry;
        }
        return first is null
            ? Judge(file.Name.Project)
            : new Verdict(Name, first.Text, first.IsValid
                ? $"has a version that is not allowed by '{first}'"
                : $"is not allowed by '{first}', which is not valid and therefore allows nothing");
    }
}

/// <summary>A list of entries, in which those that name a project are found quickly.</summary>
sealed class PolicyEntries
{
    readonly FrozenDictionary<ProjectName, ImmutableArray<PolicyEntry>> _exact;
    readonly ImmutableArray<PolicyEntry> _patterns;
    volatile NamedEntries? _last;

    /// <param name="texts">The entries as they are written.</param>
    public PolicyEntries(IEnumerable<string> texts)
    {
        var entries = texts.Select(PolicyEntry.Parse).ToList();
        _patterns = [.. entries.Where(e => e.Project is null)];
        _exact = entries.Where(e => e.Project is not null).GroupBy(e => e.Project!.Value)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>Returns the entries that name a project.</summary>
    public ImmutableArray<PolicyEntry> Get(ProjectName project)
    {
        var exact = _exact.TryGetValue(project, out var entries) ? entries : [];
        if (_patterns.IsEmpty)
            return exact;
        // A project's files are judged one after the other.
        if (_last is { } last && last.Project == project)
            return last.Entries;
        ImmutableArray<PolicyEntry> all = [.. exact, .. _patterns.Where(e => e.Names(project))];
        _last = new(project, all);
        return all;
    }

    /// <param name="Project">A project.</param>
    /// <param name="Entries">The entries that name it.</param>
    sealed record NamedEntries(ProjectName Project, ImmutableArray<PolicyEntry> Entries);
}
