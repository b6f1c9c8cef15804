using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>Reads a kubeconfig's text, YAML or JSON.</summary>
static class KubeconfigText
{
    const int MaxDepth = 32;

    /// <exception cref="KubeconfigException">It is neither, or no kubeconfig.</exception>
    public static KubeconfigFile Parse(string path, string text)
    {
        try
        {
            var content = text.AsSpan().TrimStart().StartsWith("{") ? JsonNode.Parse(text) : ParseYaml(text);
            return content.Deserialize(ClientJson.Default.KubeconfigFile) ?? new();
        }
        catch (Exception error) when (error is YamlException or JsonException or InvalidOperationException)
        {
            throw new KubeconfigException($"The kubeconfig {path} can't be read: {error.Message}", error);
        }
    }

    static JsonNode? ParseYaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 0 ? null : ToJson(stream.Documents[0].RootNode, 0);
    }

    static JsonNode? ToJson(YamlNode node, int depth) => node switch
    {
        _ when depth > MaxDepth => throw new JsonException("it is nested too deep."),
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(
            (c.Key as YamlScalarNode)?.Value ?? throw new JsonException("a key must be a text."),
            ToJson(c.Value, depth + 1)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(c => ToJson(c, depth + 1))]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => JsonValue.Create(true),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => JsonValue.Create(false),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new JsonException($"a {node.NodeType} can't stand there."),
    };
}

/// <summary>A kubeconfig, or something that it names, cannot be used. The message shows what to correct.</summary>
public sealed class KubeconfigException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>A kubeconfig as it is written (v1 Config); what is not used is not read.</summary>
sealed record KubeconfigFile
{
    [JsonPropertyName("current-context")]
    public string? CurrentContext { get; init; }

    public IReadOnlyList<NamedCluster>? Clusters { get; init; }

    public IReadOnlyList<NamedUser>? Users { get; init; }

    public IReadOnlyList<NamedContext>? Contexts { get; init; }
}

sealed record NamedUser(string Name, KubeconfigUser? User);

sealed record NamedContext(string Name, KubeconfigContext? Context);

sealed record NamedCluster(string Name, KubeconfigCluster? Cluster);

sealed record KubeconfigCluster
{
    public string? Server { get; init; }

    [JsonPropertyName("certificate-authority")]
    public string? AuthorityFile { get; init; }

    [JsonPropertyName("certificate-authority-data")]
    public byte[]? AuthorityData { get; init; }

    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; init; }

    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool InsecureSkipTlsVerify { get; init; }

    [JsonPropertyName("proxy-url")]
    public string? ProxyUrl { get; init; }
}

sealed record KubeconfigUser
{
    [JsonPropertyName("client-certificate")]
    public string? CertificateFile { get; init; }

    [JsonPropertyName("client-certificate-data")]
    public byte[]? CertificateData { get; init; }

    [JsonPropertyName("client-key")]
    public string? KeyFile { get; init; }

    [JsonPropertyName("client-key-data")]
    public byte[]? KeyData { get; init; }

    public string? Token { get; init; }

    /// <summary>Holds the token; stronger than <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    public KubeconfigExec? Exec { get; init; }
}

sealed record KubeconfigExec
{
    public string? ApiVersion { get; init; }

    public string? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<KubeconfigVariable>? Env { get; init; }

    /// <summary>The message for a user who lacks the command.</summary>
    public string? InstallHint { get; init; }

    public bool ProvideClusterInfo { get; init; }

    /// <summary>Never, IfAvailable or Always.</summary>
    public string? InteractiveMode { get; init; }
}

sealed record KubeconfigVariable(string Name, string? Value);
