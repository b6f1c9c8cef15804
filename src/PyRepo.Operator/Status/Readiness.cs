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
    public static CheckResult? FirstFailure(StatusInputs inputs) => FirstFailure(inputs, Checks);

    /// <summary>What is in the way of one condition.</summary>
    public static CheckResult? FirstFailure(StatusInputs inputs, CheckTopic about) => FirstFailure(inputs, Checks.Where(c => c.Topic == about));

    /// <summary>While the resource is refused, nothing is wanted that the other checks could be about.</summary>
    static CheckResult? FirstFailure(StatusInputs inputs, IEnumerable<Check> checks)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        CheckResult? onTheWay = null;
        foreach (var check in checks.Where(c => inputs.Desired.Rejection is null || c.Topic is CheckTopic.Declaration))
        {
            if (check.Evaluate(inputs) is not { } result)
                continue;
            if (result.IsFault)
                return result;
            onTheWay ??= result;
        }
        return onTheWay;
    }
}
