using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Resources.Reports;

/// <summary>
/// The document at a server's <c>/status</c>: the configuration in effect, and the state of each repository. The server
/// writes it, and the operator reads it.
/// </summary>
/// <remarks>
/// Servers and operators of other versions must understand it: what only people read is skipped, whatever it is, and
/// nothing is required. Generated JSON readers set a missing property to null, whatever its
/// initializer is.
/// </remarks>
public sealed record ServerReport
{
    /// <summary>As the CRDs have it.</summary>
    const int MaxVersionLength = 128;

    /// <summary>More than any machine has.</summary>
    const long MaxBudget = 1L << 48;

    /// <summary>The server's version.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// A digest of what the server acts on in the resources in effect. It excludes Secrets and ConfigMaps.
    /// </summary>
    public string Hash { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// A digest of the <c>platform.json</c> in effect. It is null on a laptop, and of a version whose
    /// <see cref="Hash"/> is one of the documents' texts.
    /// </summary>
    public string? PlatformHash { get; init; }

    /// <summary>How many problems there are, of which <see cref="Problems"/> may have the first.</summary>
    [JsonConverter(typeof(UnreadConverter<int>))]
    public int ProblemCount { get; init; }

    /// <summary>The problems with a newer configuration that is not in effect.</summary>
    public IReadOnlyList<ReportedProblem> Problems { get; init => field = value ?? []; } = [];

    /// <summary>How many loops fail.</summary>
    [JsonConverter(typeof(UnreadConverter<int>))]
    public int FailingLoopCount { get; init; }

    /// <summary>The background work that fails at the moment. It is tried again and again.</summary>
    [JsonConverter(typeof(UnreadConverter<IReadOnlyList<FailingLoop>>))]
    public IReadOnlyList<FailingLoop> FailingLoops { get; init => field = value ?? []; } = [];

    /// <summary>How many fields have no effect yet.</summary>
    [JsonConverter(typeof(UnreadConverter<int>))]
    public int NotSupportedYetCount { get; init; }

    /// <summary>
    /// Fields that are known, but have no effect yet: <c>spec.retention: not supported yet</c>, those of a group's
    /// members with their document before them.
    /// </summary>
    public IReadOnlyList<string> NotSupportedYet { get; init => field = value ?? []; } = [];

    /// <summary>How many references are bad.</summary>
    [JsonConverter(typeof(UnreadConverter<int>))]
    public int BadReferenceCount { get; init; }

    /// <summary>
    /// Problems with Secrets, ConfigMaps or their keys that resources name: they are missing or unusable.
    /// </summary>
    public IReadOnlyList<ReportedProblem> BadReferences { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Those of the Secrets that the operator makes without reading them that the server needs, and that are missing or
    /// empty. The operator then makes them.
    /// </summary>
    public IReadOnlyList<string> MissingSecrets { get; init => field = value ?? []; } = [];

    /// <summary>Whether its memory suffices; null of a server that does not report it.</summary>
    public MemoryReport? Memory { get; init; }

    /// <summary>How many repositories there are.</summary>
    [JsonConverter(typeof(UnreadConverter<int>))]
    public int RepositoryCount { get; init; }

    /// <summary>The resource, and for a group its members.</summary>
    public IReadOnlyList<RepositoryReport> Repositories { get; init => field = value ?? []; } = [];

    /// <summary>The bad references of the resource itself, without those of a group's members.</summary>
    [JsonIgnore]
    public IEnumerable<ReportedProblem> OwnBadReferences => BadReferences.Where(reference => !reference.IsOfMember);

    /// <summary>The paths of the fields without effect that the resource itself sets.</summary>
    [JsonIgnore]
    public IEnumerable<string> OwnUnsupportedFields => NotSupportedYet
        .Where(text => !ReportedProblem.IsInMember(text))
        .Select(text => text.Split(": ")[0]);

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
            return ReportSize.Measure(json) <= ReportSize.Max
                && JsonSerializer.Deserialize(json, ReportJson.Default.ServerReport) is
                { IsPlausible: true } report
                ? report
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns the document.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.ServerReport);

    /// <summary>Whether a status can show it: the lists have no nulls, and the CRD's bounds are kept.</summary>
    bool IsPlausible => Version.Length <= MaxVersionLength
        && Memory is null or { Budget: >= 0 and <= MaxBudget, FullHours: >= 0 }
        && Problems.Concat(BadReferences).All(problem => problem is not null)
        && NotSupportedYet.Concat(MissingSecrets).All(text => text is not null)
        && Repositories.All(repository => repository is { IsPlausible: true });
}

/// <summary>Background work that fails at the moment.</summary>
/// <param name="Loop">The kind of work.</param>
/// <param name="Repository">The repository that it works for. Empty if it works for the whole server.</param>
/// <param name="Message">Why it failed the last time.</param>
/// <param name="Since">When it began to fail.</param>
/// <param name="Failures">How many times in a row it has failed.</param>
public sealed record FailingLoop(string Loop, string Repository, string Message, DateTimeOffset Since, long Failures);

[JsonSerializable(typeof(ServerReport))]
[JsonSerializable(typeof(AdvisoriesReport))]
[JsonSerializable(typeof(DiskFailureReport))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<FailingLoop>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(PolicyReport))]
[JsonSerializable(typeof(RestorableReport))]
[JsonSerializable(typeof(TrustedRootReport))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class ReportJson : JsonSerializerContext;
