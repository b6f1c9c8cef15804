using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace EndToEnd.Buckets;

/// <summary>Keys of MinIO that may do no more than a policy says.</summary>
/// <param name="Id">The access key.</param>
/// <param name="Secret">Its secret.</param>
/// <param name="Token">The session.</param>
public sealed record TemporaryKeys(string Id, string Secret, string Token)
{
    /// <summary>Creates keys.</summary>
    public static async Task<TemporaryKeys> CreateAsync(Minio minio, JsonNode policy)
    {
        var answer = (await new ProgramRun(
            "curl",
            [
                "-sS", "--fail", "--aws-sigv4", $"aws:amz:{minio.Region}:sts", "--user",
                $"{minio.AccessKeyId}:{minio.SecretAccessKey}", minio.Endpoint.AbsoluteUri,
                "--data-urlencode", "Action=AssumeRole", "--data-urlencode", "Version=2011-06-15",
                "--data-urlencode", $"Policy={policy.ToJsonString()}",
            ]).RunAsync()).MustSucceed();
        var elements = XDocument.Parse(answer.Output).Descendants().ToLookup(element => element.Name.LocalName);
        return new(
            elements["AccessKeyId"].Single().Value, elements["SecretAccessKey"].Single().Value,
            elements["SessionToken"].Single().Value);
    }

    /// <summary>Runs the program with them in its environment.</summary>
    public Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun(PyRepoProgram.Path, arguments) { Environment = Variables }.RunAsync();

    /// <summary>The Secret with them.</summary>
    public string Manifest => $"""
        apiVersion: v1
        kind: Secret
        metadata: {JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = "s3" })}
        stringData: {JsonSerializer.Serialize(Variables)}

        """;

    Dictionary<string, string> Variables => new()
    {
        ["AWS_ACCESS_KEY_ID"] = Id,
        ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["AWS_SESSION_TOKEN"] = Token,
    };
}
