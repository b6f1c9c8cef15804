using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using PyRepo.Packaging.FileNames;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>The waivers of a policy: they let through for a while what a rule hides.</summary>
sealed class Waivers
{
    readonly FrozenDictionary<string, ImmutableArray<(PolicyEntry Match, Waiver Waiver)>> _byRule;

    /// <param name="specs">Those of the resource. One whose match is not valid waives nothing.</param>
    public Waivers(IEnumerable<WaiverSpec> specs) => _byRule = (
        from spec in specs
        let match = PolicyEntry.Parse(spec.Match)
        from rule in spec.Rules.Select(rule => JsonNamingPolicy.CamelCase.ConvertName(rule.ToString())).Distinct()
        group (match, new Waiver(rule, spec.Match, spec.Reason, spec.By, spec.Until)) by rule)
        .ToFrozenDictionary(named => named.Key, named => named.ToImmutableArray());

    /// <summary>The waivers of a policy that has none.</summary>
    public static Waivers None { get; } = new([]);

    /// <summary>Returns the waiver of a rule for a file that holds longest, or null if none holds now.</summary>
    public Waiver? Find(string rule, DistributionFileName file, DateTimeOffset now)
    {
        Waiver? longest = null;
        foreach (var (match, waiver) in _byRule.GetValueOrDefault(rule, []))
        {
            if (waiver.Until > now && !(waiver.Until <= longest?.Until)
                && match.Names(file.Project) && match.Contains(file))
            {
                longest = waiver;
            }
        }
        return longest;
    }
}
