using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Testing.Cluster;

/// <summary>
/// Manifests applied as <c>kubectl apply --server-side --force-conflicts</c> does, without a process for each. What the
/// server of a busy machine gives up after 34 seconds is applied again until <see cref="Eventually.Deadline"/>.
/// </summary>
static partial class AppliedManifest
{
    /// <summary>Of each server's kinds: the plural, and whether its objects stand in a namespace.</summary>
    static readonly ConcurrentDictionary<(Uri Server, string ApiVersion, string Kind), Kind> _kinds = [];

    /// <summary>Applies each document of a text.</summary>
    /// <exception cref="InvalidOperationException">The server rejects one.</exception>
    public static async Task ApplyAsync(HttpClient http, string ns, string yaml)
    {
        foreach (var document in Separator().Split(yaml).Where(text => !string.IsNullOrWhiteSpace(text)))
        {
            var path = await PathOfAsync(http, ns, document);
            await Eventually.IsAsync($"{path} is applied", () => TryApplyAsync(http, path, document));
        }
    }

    /// <summary>Whether the server applied a document: false if it gave it up for want of time.</summary>
    static async Task<bool> TryApplyAsync(HttpClient http, string path, string document)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(document));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        using var answer = await http.PatchAsync(
            new Uri($"{path}?fieldManager=kubectl&force=true&fieldValidation=Strict", UriKind.Relative), content);
        if (answer.StatusCode == HttpStatusCode.GatewayTimeout)
            return false;
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
        return true;
    }

    static async Task<string> PathOfAsync(HttpClient http, string ns, string document)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(document));
        var root = stream.Documents[0].RootNode;
        var (apiVersion, name) = (Text(root["apiVersion"]), Text(root["metadata"]["name"]));
        var api = apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";
        var kind = await KindOfAsync(http, api, Text(root["kind"]));
        if (((YamlMappingNode)root["metadata"]).Children.TryGetValue("namespace", out var own))
            ns = Text(own);
        return kind.IsNamespaced ? $"{api}/namespaces/{ns}/{kind.Plural}/{name}" : $"{api}/{kind.Plural}/{name}";
    }

    static async Task<Kind> KindOfAsync(HttpClient http, string api, string name)
    {
        var key = (http.BaseAddress!, api, name);
        if (_kinds.TryGetValue(key, out var known))
            return known;
        using var resources = JsonDocument.Parse(await http.GetStringAsync(new Uri(api, UriKind.Relative)));
        var found = resources.RootElement.GetProperty("resources").EnumerateArray().First(resource =>
            resource.GetProperty("kind").GetString() == name
            && !resource.GetProperty("name").GetString()!.Contains('/', StringComparison.Ordinal));
        return _kinds[key] = new Kind(
            found.GetProperty("name").GetString()!, found.GetProperty("namespaced").GetBoolean());
    }

    static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    [GeneratedRegex("^---$", RegexOptions.Multiline)]
    private static partial Regex Separator();

    readonly record struct Kind(string Plural, bool IsNamespaced);
}
