using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Operator.Limits;

namespace PyRepo.Operator.Status;

/// <summary>The content of a server's <c>/status</c>. Fields that this operator does not know are skipped.</summary>
/// <remarks>Generated JSON readers set a missing property to null, whatever its initializer is.</remarks>
public sealed record ServerReport
{
    /// <summary>As the CRDs have it.</summary>
    const int MaxVersionLength = 128;

    /// <summary>The server's version.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// The digest of the documents in force, as <see cref="Manifests.MountedConfiguration.Hash"/> has it.
    /// </summary>
    public string Hash { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// The digest of the <c>platform.json</c> in force; null: the server is of a version whose <see cref="Hash"/> is
    /// <see cref="Manifests.MountedConfiguration.HashOfTexts"/>.
    /// </summary>
    public string? PlatformHash { get; init; }

    /// <summary>The problems in newer documents, which are therefore not in force.</summary>
    public IReadOnlyList<ReportedProblem> Problems { get; init => field = value ?? []; } = [];

    /// <summary>Secrets and ConfigMaps that are named, and are missing or cannot be used.</summary>
    public IReadOnlyList<ReportedProblem> BadReferences { get; init => field = value ?? []; } = [];

    /// <summary>The bad references of the resource itself, without those of a group's members.</summary>
    public IEnumerable<ReportedProblem> OwnBadReferences => BadReferences.Where(reference => !reference.IsOfMember);

    /// <summary>Those of the operator's own Secrets that the server needs, and that are missing or empty.</summary>
    public IReadOnlyList<string> MissingSecrets { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Fields that have no effect yet: <c>spec.retention: not supported yet</c>, those of a group's members with their
    /// document before them.
    /// </summary>
    public IReadOnlyList<string> NotSupportedYet { get; init => field = value ?? []; } = [];

    /// <summary>The paths of those that the resource itself sets.</summary>
    public IEnumerable<string> OwnUnsupportedFields => NotSupportedYet
        .Where(text => !text.StartsWith(ReportedProblem.MemberFolder, StringComparison.Ordinal))
        .Select(text => text.Split(": ")[0]);

    /// <summary>The resource, and for a group its members.</summary>
    public IReadOnlyList<RepositoryReport> Repositories { get; init => field = value ?? []; } = [];

    /// <summary>Whether the server is older than the resource.</summary>
    public bool HasUnknownField => Problems.Any(problem => problem.IsUnknownField);

    /// <summary>
    /// Parses a response, or returns null if it is not a server's: a tenant's pod may answer anything. Nothing is made
    /// of one that would take much more memory than it is long.
    /// </summary>
    public static ServerReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return ReportSize.Measure(json) <= OperatorLimits.MaxReportSize
                && JsonSerializer.Deserialize(json, ServerReportJson.Default.ServerReport) is
                { IsPlausible: true } report
                ? report
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a status can show it: the lists have no nulls, and the CRD's bounds are kept.</summary>
    bool IsPlausible => Version.Length <= MaxVersionLength
        && Problems.Concat(BadReferences).All(problem => problem is not null)
        && NotSupportedYet.Concat(MissingSecrets).All(text => text is not null)
        && Repositories.All(repository => repository is { IsPlausible: true });
}

[JsonSerializable(typeof(ServerReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true)]
sealed partial class ServerReportJson : JsonSerializerContext;
