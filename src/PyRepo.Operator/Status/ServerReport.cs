using System.Text.Json;

namespace PyRepo.Operator.Status;

/// <summary>What a server's <c>/status</c> says; fields that this operator does not know are skipped.</summary>
/// <remarks>Generated JSON readers set what is missing to null, whatever the initializer says.</remarks>
public sealed record ServerReport
{
    /// <summary>The server's version.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>The digest of the documents in force, as <see cref="Manifests.ServerConfiguration.Hash"/> has it.</summary>
    public string Hash { get; init => field = value ?? ""; } = "";

    /// <summary>What is wrong with newer documents, which are not in force therefore.</summary>
    public IReadOnlyList<string> Problems { get; init => field = value ?? []; } = [];

    /// <summary>Secrets and ConfigMaps that are named and missing, or can't be used.</summary>
    public IReadOnlyList<string> BadReferences { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Those of the resource itself: what a group's member names is the member's fault (<c>members/KIND/NAME.yaml</c>).
    /// </summary>
    public IEnumerable<string> OwnBadReferences =>
        BadReferences.Where(reference => !reference.StartsWith("members/", StringComparison.Ordinal));

    /// <summary>The resource, and for a group its members.</summary>
    public IReadOnlyList<RepositoryReport> Repositories { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Whether a problem is a field that the server does not know: it is older than the resource. The words are those of
    /// <c>PyRepo.Resources</c>, which server and operator share.
    /// </summary>
    public bool MeetsUnknownField => Problems.Any(NamesUnknownField);

    /// <summary>Whether a server's sentence says that it does not know a field.</summary>
    public static bool NamesUnknownField(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return sentence.Contains("is not a known field", StringComparison.Ordinal);
    }

    /// <summary>Reads an answer; null where it is not one of a server.</summary>
    public static ServerReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ServerReportJson.Default.ServerReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
