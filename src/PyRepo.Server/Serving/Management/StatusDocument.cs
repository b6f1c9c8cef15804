using PyRepo.Resources.Problems;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Serving.Management;

/// <summary>
/// The document at <c>/status</c>: the configuration in effect and the status of each repository. Lists show their
/// first items, and each has a count.
/// </summary>
sealed record StatusDocument
{
    /// <summary>The directory of group members' documents on the volume that the operator mounts.</summary>
    const string MemberFolder = "members/";

    public required string Version { get; init; }

    /// <summary>
    /// A digest of what the server acts on in the resources in effect. It excludes Secrets and ConfigMaps.
    /// </summary>
    public required string Hash { get; init; }

    /// <summary>A digest of the <c>platform.json</c> in effect, or null on a laptop.</summary>
    public string? PlatformHash { get; init; }

    public int ProblemCount { get; init; }

    /// <summary>The problems with a newer configuration that is not in effect.</summary>
    public required IReadOnlyList<ReportedProblem> Problems { get; init; }

    public int FailingLoopCount { get; init; }

    /// <summary>The background work that fails at the moment. It is tried again and again.</summary>
    public required IReadOnlyList<FailingLoop> FailingLoops { get; init; }

    public int NotSupportedYetCount { get; init; }

    /// <summary>
    /// Fields that are known, but have no effect yet: <c>spec.retention: not supported yet</c>, those of a member with
    /// its document before them. The operator reads the field.
    /// </summary>
    public required IReadOnlyList<string> NotSupportedYet { get; init; }

    public int BadReferenceCount { get; init; }

    /// <summary>
    /// Problems with Secrets, ConfigMaps or their keys that resources name: they are missing or unusable.
    /// </summary>
    public required IReadOnlyList<ReportedProblem> BadReferences { get; init; }

    /// <summary>
    /// Those of the Secrets that the operator makes without reading them that the server needs, and that are missing or
    /// empty. The operator then makes them.
    /// </summary>
    public required IReadOnlyList<string> MissingSecrets { get; init; }

    public int RepositoryCount { get; init; }

    public required IReadOnlyList<RepositoryStatus> Repositories { get; init; }

    /// <summary>Returns the document with the first items of each list only, and counts of all.</summary>
    /// <remarks>
    /// The items that the operator acts on come first: fields that the server does not know, and references and fields
    /// without effect of the resource itself.
    /// </remarks>
    public StatusDocument Bounded(StatusLimits limits) => this with
    {
        ProblemCount = Problems.Count,
        Problems = First(Problems.OrderBy(p => p.Reason is not ProblemReason.Unknown), limits),
        FailingLoopCount = FailingLoops.Count,
        FailingLoops = [.. FailingLoops.Take(limits.Items).Select(l => l with { Message = limits.Cut(l.Message) })],
        NotSupportedYetCount = NotSupportedYet.Count,
        NotSupportedYet = [.. NotSupportedYet.OrderBy(IsOfMember).Take(limits.Items).Select(limits.Cut)],
        BadReferenceCount = BadReferences.Count,
        BadReferences = First(BadReferences.OrderBy(r => IsOfMember(r.Source)), limits),
        RepositoryCount = Repositories.Count,
        Repositories = [.. Repositories.Take(limits.Repositories).Select(r => r.Bounded(limits))],
    };

    static bool IsOfMember(string source) => source.StartsWith(MemberFolder, StringComparison.Ordinal);

    static ReportedProblem[] First(IEnumerable<ReportedProblem> problems, StatusLimits limits) =>
    [
        .. problems.Take(limits.Items)
            .Select(p => p with { Source = limits.Cut(p.Source), Message = limits.Cut(p.Message) }),
    ];
}

/// <summary>Background work that fails at the moment.</summary>
/// <param name="Loop">The kind of work.</param>
/// <param name="Repository">The repository that it works for. Empty if it works for the whole server.</param>
/// <param name="Message">Why it failed the last time.</param>
/// <param name="Since">When it began to fail.</param>
/// <param name="Failures">How many times in a row it has failed.</param>
sealed record FailingLoop(string Loop, string Repository, string Message, DateTimeOffset Since, long Failures);
