using System.Collections.Immutable;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>Makes one advisory of several about one vulnerability, such as GitHub's and PyPA's.</summary>
static class SameVulnerabilities
{
    /// <summary>Returns one advisory for each vulnerability. The order is that of the first of each.</summary>
    public static ImmutableArray<Advisory> Merge(IReadOnlyCollection<DatabaseEntry> entries) =>
    [
        .. from entry in entries
           group entry by entry.Group into same
           select same.Skip(1).Any() ? MergeOne([.. same]) : same.First().Advisory,
    ];

    /// <summary>Keeps the advisory with a rating of its own, and says the other ids of the vulnerability.</summary>
    static Advisory MergeOne(ImmutableArray<DatabaseEntry> same)
    {
        var kept = same.FirstOrDefault(entry => entry.HasOwnSeverity, same[0]).Advisory;
        return kept with
        {
            Aliases =
            [
                .. same.SelectMany(entry => entry.Advisory.Aliases.Append(entry.Advisory.Id))
                    .Where(id => id != kept.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            ],
            Severity = same.Select(entry => entry.Advisory.Severity).Aggregate(SeverityRating.Max),
            FixedIn = kept.FixedIn.IsEmpty
                ? same.Select(entry => entry.Advisory.FixedIn).FirstOrDefault(fixes => !fixes.IsEmpty, [])
                : kept.FixedIn,
        };
    }
}
