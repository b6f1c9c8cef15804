using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Resources.Values;
using PyRepo.Storage.Buckets.Checks;

namespace PyRepo.Server.Commands;

/// <summary>
/// Writes the findings of <c>pyrepo bucket check</c>: a line for each when it is there, or JSON at the end.
/// </summary>
/// <param name="output">The output.</param>
/// <param name="asJson">Whether JSON is written.</param>
sealed class BucketCheckWriter(TextWriter output, bool asJson)
{
    const string Indent = "                        ";

    readonly List<BucketFinding> _findings = [];
    string? _endpoint;

    /// <summary>Writes a finding.</summary>
    public void Add(BucketFinding finding)
    {
        _findings.Add(finding);
        if (asJson)
            return;
        if (_endpoint != finding.Endpoint)
            output.WriteLine(_endpoint = finding.Endpoint);
        var message = ControlCharacters.Escape(finding.Message);
        output.WriteLine($"  {Describe(finding.Result),-8} {finding.Check,-12} {message}");
        if (finding.Result is FindingResult.Ok)
            return;
        foreach (var line in finding.Details)
            output.WriteLine($"{Indent}{ControlCharacters.Escape(line)}");
    }

    /// <summary>Writes the verdict.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="verdict">It, or null if the check was stopped before its end.</param>
    public void End(string bucket, BucketVerdict? verdict)
    {
        var conclusion = verdict switch
        {
            BucketVerdict.SeveralReplicas => "any number of replicas may use it",
            BucketVerdict.OneReplica => "one replica may use it",
            BucketVerdict.Unusable => "it cannot be used",
            _ => "the check was stopped before its end",
        };
        output.WriteLine(asJson
            ? JsonSerializer.Serialize(
                new BucketCheckView(bucket, verdict, _findings), BucketCheckJson.Default.BucketCheckView)
            : $"{bucket}: {conclusion}.");
    }

    static string Describe(FindingResult result) => result switch
    {
        FindingResult.Ok => "ok",
        FindingResult.Note => "note",
        FindingResult.OneReplica => "limit",
        FindingResult.Wrong => "wrong",
        _ => "unknown",
    };
}

/// <summary>The JSON of a check.</summary>
sealed record BucketCheckView(string Bucket, BucketVerdict? Verdict, IReadOnlyList<BucketFinding> Findings);

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BucketCheckView))]
sealed partial class BucketCheckJson : JsonSerializerContext;
