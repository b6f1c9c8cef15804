using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>Writes resources to an API server, and tells what it refuses.</summary>
static partial class ResourceRequests
{
    /// <summary>A document of a kind with the lines of its spec.</summary>
    public static string Document(string kind, string name, string spec) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: {{kind}}
        metadata: { name: {{name}} }
        spec:
          {{spec.ReplaceLineEndings("\n  ")}}

        """;

    /// <summary>
    /// Asks for a resource to be created without keeping it: what is refused, as <c>field: message</c>.
    /// </summary>
    public static Task<string[]> TryAsync(
        ApiServer server, string kind, string document, string version = "v1alpha1") =>
        SendAsync(
            server, HttpMethod.Post, $"{Path(kind, "default", version)}?dryRun=All&fieldValidation=Strict", document);

    /// <summary>Applies a resource, or another spec to one that is there: what is refused.</summary>
    public static Task<string[]> ApplyAsync(ApiServer server, string ns, string kind, string name, string document) =>
        SendAsync(
            server, HttpMethod.Patch, $"{Path(kind, ns)}/{name}?fieldManager=test&fieldValidation=Strict", document);

    static string Path(string kind, string ns, string version = "v1alpha1")
    {
        var plural = kind == "RepositoryGroup" ? "repositorygroups" : kind.ToLowerInvariant()[..^1] + "ies";
        return $"/apis/pyrepo.dev/{version}/namespaces/{ns}/{plural}";
    }

    static async Task<string[]> SendAsync(ApiServer server, HttpMethod method, string path, string document)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(document)),
        };
        request.Content.Headers.ContentType =
            new MediaTypeHeaderValue(method == HttpMethod.Patch ? "application/apply-patch+yaml" : "application/yaml");
        using var answer = await server.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode)
            return [];
        using var status = JsonDocument.Parse(text);
        if (!status.RootElement.TryGetProperty("details", out var details)
            || !details.TryGetProperty("causes", out var causes))
            return [text];
        return [.. causes.EnumerateArray().Select(Describe).Order(StringComparer.Ordinal)];
    }

    /// <summary>Of the message, what follows the words that the API server sets before it.</summary>
    static string Describe(JsonElement cause) =>
        $"{cause.GetProperty("field").GetString()}: {Words().Replace(cause.GetProperty("message").GetString()!, "")}";

    /// <summary>Kubernetes 1.30 says the type in place of the value.</summary>
    [GeneratedRegex("^Invalid value: (\"(array|boolean|integer|number|object|string)\": )?")]
    private static partial Regex Words();
}
