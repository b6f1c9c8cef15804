using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// A namespace of a real API server that an operator may look after, as a user and the rest of the cluster see it.
/// </summary>
public sealed class TestCluster(ApiServer server, string ns)
{
    /// <summary>Who the operator is, in the audit log.</summary>
    public const string Operator = "system:serviceaccount:pyrepo-system:pyrepo-operator";

    /// <summary>The API server.</summary>
    public ApiServer Server => server;

    /// <summary>The namespace.</summary>
    public string Namespace => ns;

    /// <summary>A namespace of its own, on a server with the CRDs and the operator's roles.</summary>
    public static async Task<TestCluster> CreateAsync(ApiServer server)
    {
        await InstalledOperator.InstallAsync(server);
        return new TestCluster(server, await server.NewNamespaceAsync());
    }

    /// <summary>A kubeconfig of the operator's own ServiceAccount, as text.</summary>
    /// <param name="port">Where the API server is found, if not at its own port.</param>
    public async Task<string> OperatorKubeconfigAsync(int? port = null)
    {
        var path =
            $"/api/v1/namespaces/{InstalledOperator.Namespace}/serviceaccounts/{InstalledOperator.Account}/token";
        using var answer = await server.Http.PostAsync(
            new Uri(path, UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
        var token = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["status"]!["token"]!;
        var admin = await File.ReadAllTextAsync(port is { } other ? server.KubeconfigAt(other) : server.Kubeconfig);
        var user = admin.IndexOf("user:", admin.IndexOf("users:", StringComparison.Ordinal), StringComparison.Ordinal);
        return $"{admin[..user]}user: {{ token: {token} }}\n"
            + $"{admin[admin.IndexOf("contexts:", StringComparison.Ordinal)..]}";
    }

    /// <summary>Applies manifests as a user does with kubectl.</summary>
    public Task ApplyAsync(string yaml) => server.ApplyAsync(ns, yaml);

    /// <summary>Runs kubectl in the namespace.</summary>
    public async Task<string> KubectlAsync(params string[] arguments) =>
        (await server.RunKubectlAsync([.. arguments, "-n", ns])).MustSucceed();

    /// <summary>An object as JSON; null: there is none.</summary>
    /// <param name="path">
    /// Below the namespace: <c>apps/v1/deployments/team-a</c>, for the core group <c>v1/pods/x</c>.
    /// </param>
    public async Task<JsonNode?> GetAsync(string path)
    {
        using var answer = await server.Http.GetAsync(new Uri(GetPath(path), UriKind.Relative));
        if (answer.StatusCode is HttpStatusCode.NotFound)
            return null;
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    /// <summary>
    /// Merges something into an object, or with <c>/status</c> at the end of the path into its status.
    /// </summary>
    public async Task<JsonNode> PatchAsync(string path, JsonNode patch)
    {
        using var content = new StringContent(
            patch.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
        using var answer = await server.Http.PatchAsync(new Uri(GetPath(path), UriKind.Relative), content);
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(body)!
            : throw new InvalidOperationException($"{path}: {body}");
    }

    /// <summary>Makes an object.</summary>
    /// <param name="path">Of its kind: <c>v1/pods</c>.</param>
    /// <param name="value">The object.</param>
    public async Task CreateAsync(string path, JsonNode value)
    {
        using var content = new StringContent(value.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri(GetPath(path), UriKind.Relative), content);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Deletes an object.</summary>
    public async Task DeleteAsync(string path)
    {
        using var answer = await server.Http.DeleteAsync(new Uri(GetPath(path), UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Deletes an object if it is still as it was read.</summary>
    public async Task DeleteAsSeenAsync(string path, JsonNode seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var preconditions = new JsonObject
        {
            ["uid"] = (string)seen["metadata"]!["uid"]!,
            ["resourceVersion"] = (string)seen["metadata"]!["resourceVersion"]!,
        };
        using var request = new HttpRequestMessage(HttpMethod.Delete, GetPath(path))
        {
            Content = new StringContent(
                new JsonObject { ["preconditions"] = preconditions }.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        using var answer = await server.Http.SendAsync(request);
        if (answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Conflict))
            answer.EnsureSuccessStatusCode();
    }

    /// <summary>All objects of a kind, as JSON.</summary>
    /// <param name="path">Of the kind: <c>v1/pods</c>.</param>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path) =>
        [.. (await GetAsync(path))!["items"]!.AsArray().OfType<JsonNode>()];

    /// <summary>Waits for an event about a resource, and returns what it says.</summary>
    public async Task<string> UntilEventAsync(string reason, string name)
    {
        string? note = null;
        await Eventually.IsAsync($"the event {reason}", async () =>
            (note = (await ListAsync("events.k8s.io/v1/events"))
                .Where(e => (string?)e["reason"] == reason && (string?)e["regarding"]?["name"] == name)
                .Select(e => (string?)e["note"]).FirstOrDefault()) is not null);
        return note!;
    }

    /// <summary>Sets an annotation of an object; null removes it.</summary>
    public Task<JsonNode> AnnotateAsync(string path, string name, string? value) => PatchAsync(path, new JsonObject
    {
        ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [name] = value } },
    });

    /// <summary>A condition of a resource; null: it has none of the type.</summary>
    public async Task<JsonNode?> ConditionAsync(string plural, string name, string type) =>
        (await GetAsync($"pyrepo.dev/v1alpha1/{plural}/{name}"))?["status"]?["conditions"]?.AsArray()
            .FirstOrDefault(c => (string?)c!["type"] == type);

    /// <summary>What a condition says.</summary>
    public async Task<string> MessageAsync(string plural, string name, string type) =>
        (string)(await ConditionAsync(plural, name, type))!["message"]!;

    /// <summary>Waits until an object is there.</summary>
    public Task UntilThereAsync(string path) =>
        Eventually.IsAsync($"{path} is there", async () => await GetAsync(path) is not null);

    /// <summary>Waits until a condition has a status and, if one is given, a reason.</summary>
    public async Task<TimeSpan> UntilAsync(
        string plural, string name, string type, string status, string? reason = null)
    {
        JsonNode? last = null;
        return await Eventually.IsAsync($"{type}={status} {reason} of {plural}/{name}", async () =>
        {
            last = await ConditionAsync(plural, name, type);
            return (string?)last?["status"] == status && (reason is null || (string?)last["reason"] == reason);
        }, () => $"It is {last?.ToJsonString()}");
    }

    /// <summary>
    /// What the operator asked of the API server in this namespace, and for what stands in none, since a place.
    /// </summary>
    public IReadOnlyList<AuditEntry> OperatorRequests(AuditMark since) =>
        [.. server.Audit.Read(since).Where(
            e => e.User.Username == Operator && (e.ObjectRef?.Namespace is null or "" || e.ObjectRef.Namespace == ns))];

    string GetPath(string path)
    {
        var (api, rest) = path.Split('/', 2) is ["v1", var core] ? ("/api/v1", core)
            : path.Split('/', 3) is [var group, var version, var more] ? ($"/apis/{group}/{version}", more)
            : throw new ArgumentException(path, nameof(path));
        return $"{api}/namespaces/{ns}/{rest}";
    }
}
