using System.Collections.Immutable;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Status;

/// <summary>Whether the resource can be applied.</summary>
static class DeclarationChecks
{
    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Declaration, inputs => CheckResult.Of(inputs.Desired.Rejection)),
        new(CheckTopic.Declaration, Conflict),
        new(CheckTopic.Declaration, WriteFailure),
    ];

    static CheckResult? Conflict(StatusInputs inputs) => inputs.Observed.Conflict is { } other
        ? CheckResult.Of(Rejections.Conflict(other.Kind ?? "object", other.Name ?? ""))
        : null;

    static CheckResult? WriteFailure(StatusInputs inputs) =>
        inputs.Observed.WriteFailure is { } message ? CheckResult.Stalled(Reason.WriteFailed, message) : null;
}
