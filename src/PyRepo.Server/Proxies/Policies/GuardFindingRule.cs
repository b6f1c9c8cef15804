using PyRepo.Resources.Attesting;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>The action of <c>guard</c> on files in which one of its rules finds a sign of an attack.</summary>
/// <param name="spec">The spec.</param>
/// <param name="rule">The rule; null for files that are yet to be inspected.</param>
sealed class GuardFindingRule(GuardSpec spec, GuardRule? rule) : IPolicyRule
{
    /// <summary>The name of the rule, of which the verdict's entry is a part.</summary>
    public const string Name = GuardFinding.Name;

    /// <summary>How long the wheels of a release may come after its source distribution without being missed.</summary>
    static readonly TimeSpan _patience = TimeSpan.FromHours(1);

    /// <summary>Returns a rule for each that the spec names, and one for what is not inspected yet.</summary>
    public static IEnumerable<GuardFindingRule> From(GuardSpec spec)
    {
        var rules = (spec.Rules ?? GuardSpec.DefaultRules).Distinct().ToList();
        // No rule can say anything of an archive that cannot be read.
        IEnumerable<GuardFindingRule> unreadable = rules.Contains(GuardRule.RecordMismatch)
            ? [] : [new(spec, GuardRule.RecordMismatch) { IsForUnreadable = true }];
        return [new(spec, null), .. unreadable, .. rules.Select(rule => new GuardFindingRule(spec, rule))];
    }

    /// <summary>The rule of a policy without a guard: it needs no inspection, and only reports.</summary>
    public static GuardFindingRule Default { get; } = new(new GuardSpec(), GuardRule.ChangedBytes);

    /// <summary>Whether only archives that cannot be read count.</summary>
    bool IsForUnreadable { get; init; }

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now) => Judge(file, now, severe: null);

    /// <summary>Returns why a file is hidden, or null if the rule lets it through.</summary>
    /// <param name="file">The file.</param>
    /// <param name="now">The time.</param>
    /// <param name="severe">
    /// A severe advisory for it, or null. It confirms what was found: what would be held is hidden for good.
    /// </param>
    public Verdict? Judge(Distribution file, DateTimeOffset now, string? severe)
    {
        if (spec.Action is PolicyAction.Report || file.Guard is not { } outcome)
            return null;
        if (rule is null)
        {
            // Nothing is yet to be inspected for longer, whatever the action.
            var last = Verdict.GetEnd(file.AvailableSince, spec.HoldFor.Value);
            return outcome.IsPending && !(last <= now)
                ? new Verdict(Name, null, "is not inspected yet", file.AvailableSince, last) : null;
        }
        if (Find(outcome) is not { } finding)
            return null;
        var (since, reason) = (finding.Since ?? file.AvailableSince, finding.Reason);
        if (severe is not null)
            return new Verdict(Name, $"{rule}", $"{reason}, and {severe} is about this version", since);
        if (spec.Action is PolicyAction.Hide)
            return new Verdict(Name, $"{rule}", reason, since);
        var end = Verdict.GetEnd(since, spec.HoldFor.Value);
        return end <= now ? null : new Verdict(Name, $"{rule}", reason, since, end);
    }

    /// <inheritdoc/>
    public Verdict? Report(Distribution file, DateTimeOffset now)
    {
        if (file.Guard is not { } outcome || Find(outcome) is not { } finding)
            return null;
        var since = finding.Since ?? file.AvailableSince;
        var end = Verdict.GetEnd(since, spec.HoldFor.Value);
        var isHidden = spec.Action is PolicyAction.Hide || (spec.Action is PolicyAction.Hold && !(end <= now));
        var isEarly = rule is GuardRule.SdistOnlyNow && !(Verdict.GetEnd(file.AvailableSince, _patience) <= now);
        return isHidden || isEarly ? null : new Verdict(Name, $"{rule}", finding.Reason, since);
    }

    GuardFinding? Find(GuardOutcome outcome) => outcome.Findings.FirstOrDefault(
        finding => finding.Rule == rule && (finding.IsUnreadable || !IsForUnreadable));
}
