using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace EndToEnd.FromEmpty;

/// <summary>
/// Debian's <c>docker-registry</c>, at the address from which the node of <c>tests/cluster/node.sh</c> pulls without TLS.
/// </summary>
sealed class LocalRegistry : IDisposable
{
    /// <summary>Its address in the cluster, as <c>node.sh</c> names it.</summary>
    public const string Address = "10.199.0.254:5055";

    const string Program = "/usr/bin/docker-registry";

    readonly TemporaryFolder _folder = new();
    readonly Process _process;
    readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{Address}/v2/") };

    LocalRegistry()
    {
        var configuration = _folder.Write("config.yml", $$"""
            version: 0.1
            log: { level: warn }
            storage: { filesystem: { rootdirectory: {{_folder["storage"]}} } }
            http: { addr: "{{Address}}", relativeurls: true }
            """);
        _process = Process.Start(new ProcessStartInfo(Program, ["serve", configuration])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.oci.image.index.v1+json");
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? Missing =>
        Environment.GetEnvironmentVariable("PYREPO_INGRESS") != "http://10.199.0.1:80"
            ? "K3s pulls from no registry of this machine."
        : File.Exists(Program) ? null : "Debian's package docker-registry is missing.";

    /// <summary>Starts it.</summary>
    public static async Task<LocalRegistry> StartAsync()
    {
        var registry = new LocalRegistry();
        await Eventually.IsAsync($"{Address} answers", "OK", registry.AnswerAsync);
        return registry;
    }

    /// <summary>The digest of what a tag names.</summary>
    public async Task<string> DigestAsync(string repository, string tag)
    {
        using var answer = await _http.GetAsync(new Uri($"{repository}/manifests/{tag}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Assert.Single(answer.Headers.GetValues("Docker-Content-Digest"));
    }

    /// <summary>A manifest or an index, by its tag or digest.</summary>
    public async Task<JsonNode> ManifestAsync(string repository, string reference) => JsonNode.Parse(
        await _http.GetStringAsync(new Uri($"{repository}/manifests/{reference}", UriKind.Relative)))!;

    /// <summary>The bytes of a blob.</summary>
    public Task<byte[]> BlobAsync(string repository, JsonNode descriptor) =>
        _http.GetByteArrayAsync(new Uri($"{repository}/blobs/{descriptor["digest"]}", UriKind.Relative));

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    async Task<string> AnswerAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("", UriKind.Relative));
            return answer.StatusCode.ToString();
        }
        catch (HttpRequestException error)
        {
            return error.Message;
        }
    }
}
