using System.Collections.Immutable;

namespace PyRepo.Operator.Status;

/// <summary>All that must be so for a resource to be ready, in the order in which it is told.</summary>
public static class Readiness
{
    /// <summary>The checks.</summary>
    public static ImmutableArray<Check> Checks { get; } =
        [.. DeclarationChecks.All, .. StorageChecks.All, .. RouteChecks.All, .. ServerChecks.All];

    /// <summary>
    /// What is in the way: the first fault, else the first thing that is on its way; null: the resource is ready.
    /// </summary>
    public static Finding? First(Facts facts) => First(facts, Checks);

    /// <summary>What is in the way of one condition.</summary>
    public static Finding? First(Facts facts, CheckTopic about) => First(facts, Checks.Where(c => c.About == about));

    /// <summary>While the resource is refused, nothing is wanted that the other checks could be about.</summary>
    static Finding? First(Facts facts, IEnumerable<Check> checks)
    {
        ArgumentNullException.ThrowIfNull(facts);
        Finding? onTheWay = null;
        foreach (var check in checks.Where(c => facts.Desired.Refusal is null || c.About is CheckTopic.Declaration))
        {
            if (check.Find(facts) is not { } finding)
                continue;
            if (finding.IsFault)
                return finding;
            onTheWay ??= finding;
        }
        return onTheWay;
    }
}
