using System.Collections.Immutable;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Status;

/// <summary>All checks that a resource must pass to be ready, in the order in which they are reported.</summary>
public static class Readiness
{
    /// <summary>The checks.</summary>
    public static ImmutableArray<Check> Checks { get; } =
        [.. DeclarationChecks.All, .. StorageChecks.All, .. RouteChecks.All, .. ServerChecks.All];

    /// <summary>
    /// The first fault, or else the first pending check; null: the resource is ready.
    /// </summary>
    public static CheckResult? FirstFailure(StatusInputs inputs) => FirstFailure(inputs, Checks);

    /// <summary>The first failure of one condition.</summary>
    public static CheckResult? FirstFailure(StatusInputs inputs, CheckTopic about) =>
        FirstFailure(inputs, Checks.Where(c => c.Topic == about));

    /// <summary>While the resource is rejected, there are no desired children for the other checks.</summary>
    static CheckResult? FirstFailure(StatusInputs inputs, IEnumerable<Check> checks)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        CheckResult? pending = null;
        foreach (var check in checks.Where(c => inputs.Desired.Rejection is null || c.Topic is CheckTopic.Declaration))
        {
            if (check.Evaluate(inputs) is not { } result)
                continue;
            if (result.IsStalled)
                return result;
            pending ??= result;
        }
        return pending;
    }
}

/// <summary>Whether the resource can be applied.</summary>
static class DeclarationChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Declaration, inputs => CheckResult.From(inputs.Desired.Rejection)),
        new(CheckTopic.Declaration, Conflict),
        new(CheckTopic.Declaration, WriteFailure),
    ];

    static CheckResult? Conflict(StatusInputs inputs) => inputs.Observed.Conflict is { } other
        ? CheckResult.From(Rejections.Conflict(other.Kind ?? "object", other.Name ?? ""))
        : null;

    static CheckResult? WriteFailure(StatusInputs inputs) =>
        inputs.Observed.WriteFailure is { } message ? CheckResult.Stalled(Reason.WriteFailed, message) : null;
}
