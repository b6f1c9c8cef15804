using System.Collections.Immutable;

namespace PyRepo.Operator.Status;

/// <summary>Whether what the resource says can be put in force.</summary>
static class DeclarationChecks
{
    /// <summary>The API server refuses a child.</summary>
    public const string WriteFailed = nameof(WriteFailed);

    public static readonly ImmutableArray<Check> All =
    [
        new(CheckTopic.Declaration, facts => Finding.Of(facts.Desired.Refusal)),
        new(CheckTopic.Declaration, Conflict),
        new(CheckTopic.Declaration, WriteFailure),
    ];

    static Finding? Conflict(Facts facts) => facts.Observed.Conflict is { } other
        ? Finding.Of(Manifests.Refusals.Conflict(other.Kind ?? "object", other.Name ?? ""))
        : null;

    static Finding? WriteFailure(Facts facts) =>
        facts.Observed.WriteFailure is { } message ? Finding.Fault(WriteFailed, message) : null;
}
