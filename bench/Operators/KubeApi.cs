using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Bench.Operators;

/// <summary>A real kube-apiserver with etcd, as its administrator sees it.</summary>
sealed class KubeApi : IDisposable
{
    readonly string _script;
    readonly string _state;
    readonly HttpClient _http;

    public KubeApi(string root, string state)
    {
        (_script, this._state) = (Path.Combine(root, "tests/cluster/api-server.sh"), state);
        ChildProcess.Run(_script, "up", "--state", state);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [X509Certificate2.CreateFromPemFile(Pki("admin.crt"), Pki("admin.key"))],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(Pki("ca.crt")) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        })
        {
            BaseAddress = new Uri(File.ReadLines(Kubeconfig).Select(line => line.Trim())
                .First(line => line.StartsWith("server: ", StringComparison.Ordinal))["server: ".Length..]),
        };
    }

    public string Kubeconfig => Path.Combine(_state, "kubeconfig");

    /// <summary>The requests of a program, by verb and resource, since a place in the audit log.</summary>
    public Dictionary<string, int> Requests(string userAgent, long since)
    {
        var counts = new Dictionary<string, int>();
        using var log = new FileStream(AuditLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = since;
        using var reader = new StreamReader(log);
        while (reader.ReadLine() is { } line)
        {
            using var entry = JsonDocument.Parse(line);
            var root = entry.RootElement;
            if (!root.TryGetProperty("userAgent", out var agent) || !root.TryGetProperty("objectRef", out var about)
                || !agent.GetString()!.StartsWith(userAgent, StringComparison.Ordinal))
            {
                continue;
            }
            // So the operator reads its own Secrets.
            var isDryRun = root.GetProperty("requestURI").GetString()!.Contains("dryRun=", StringComparison.Ordinal);
            var verb = isDryRun ? "dry-run" : root.GetProperty("verb").GetString();
            var key = $"{verb} {about.GetProperty("resource").GetString()}";
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        return counts;
    }

    /// <summary>The API server and etcd.</summary>
    public IReadOnlyList<int> Processes =>
    [
        .. Directory.EnumerateFiles(_state, "*.pid", SearchOption.AllDirectories)
            .Select(file =>
                int.Parse(File.ReadAllText(file).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)),
    ];

    /// <summary>The end of the audit log.</summary>
    public long AuditEnd => new FileInfo(AuditLog).Length;

    public void Kubectl(params string[] arguments) => ChildProcess.Run(
        Path.Combine(Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS")!, "kubectl"),
        ["--kubeconfig", Kubeconfig, .. arguments]);

    /// <summary>Makes an object.</summary>
    public void Create(string path, string json) => Send(HttpMethod.Post, path, json, "application/json");

    /// <summary>Makes an object, in the place of the one that the operator made meanwhile.</summary>
    public void Replace(string path, string json)
    {
        try
        {
            Create(path, json);
        }
        catch (HttpRequestException error) when (error.StatusCode is HttpStatusCode.Conflict)
        {
            using var made = JsonDocument.Parse(json);
            var name = made.RootElement.GetProperty("metadata").GetProperty("name").GetString();
            Send(HttpMethod.Delete, $"{path}/{name}", "{}", "application/json");
            Create(path, json);
        }
    }

    /// <summary>Merges something into an object.</summary>
    public void Merge(string path, string json) => Send(HttpMethod.Patch, path, json, "application/merge-patch+json");

    /// <summary>How many objects there are.</summary>
    public int Count(string path)
    {
        using var answer = JsonDocument.Parse(
            _http.GetStringAsync(new Uri($"{path}?limit=1", UriKind.Relative)).GetAwaiter().GetResult());
        var metadata = answer.RootElement.GetProperty("metadata");
        return answer.RootElement.GetProperty("items").GetArrayLength()
            + (metadata.TryGetProperty("remainingItemCount", out var more) ? more.GetInt32() : 0);
    }

    /// <summary>The reasons of the Ready conditions of all objects, and how many have each.</summary>
    public Dictionary<string, int> ReadyReasons(string path)
    {
        using var answer = JsonDocument.Parse(
            _http.GetStringAsync(new Uri(path, UriKind.Relative)).GetAwaiter().GetResult());
        return answer.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("status").GetProperty("conditions").EnumerateArray()
                .First(condition => condition.GetProperty("type").GetString() == "Ready"))
            .CountBy(ready => $"{ready.GetProperty("status")} {ready.GetProperty("reason")}").ToDictionary();
    }

    public void Dispose()
    {
        _http.Dispose();
        ChildProcess.Run(_script, "down", "--state", _state);
    }

    string AuditLog => Path.Combine(_state, "audit.log");

    string Pki(string name) => Path.Combine(_state, "pki", name);

    void Send(HttpMethod method, string path, string json, string type)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue(type)),
        };
        using var answer = _http.Send(request);
        answer.EnsureSuccessStatusCode();
    }
}
