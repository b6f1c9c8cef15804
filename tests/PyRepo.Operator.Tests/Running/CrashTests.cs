using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// An operator whose requests stop at some byte, and which is killed then: its successor completes what it had begun.
/// </summary>
public sealed partial class CrashTests(ApiServer server) : IAsyncDisposable
{
    const string Plural = "pythonrepositories";

    /// <summary>The moments of a reconcile at which operators end.</summary>
    const int Moments = 4;

    const string Settings = """
        , "networkPolicy": { "enabled": true }, "ingress": { "hosts": { "*": ["*.example.com"] } }
        """;

    static readonly string[] _children =
    [
        "v1/serviceaccounts", "v1/configmaps", "v1/secrets", "v1/services", "v1/persistentvolumeclaims",
        "apps/v1/deployments", "networking.k8s.io/v1/ingresses", "networking.k8s.io/v1/networkpolicies",
    ];

    TcpRelay? _relay;
    OperatorProcess? _running;

    [Fact]
    public async Task An_operator_that_is_killed_at_any_moment_of_a_creation_leaves_nothing_half_done()
    {
        var cluster = await TestCluster.CreateAsync(server);
        await ReplaceOperatorAsync(cluster);
        var before = _relay!.Sent;
        await cluster.ApplyAsync(Repository("team-0"));
        await cluster.UntilAsync(Plural, "team-0", "Ready", "Unknown");
        var whole = _relay.Sent - before;
        var expected = await DescribeAsync(cluster, "team-0");
        for (var moment = 1; moment <= Moments; moment++)
        {
            var name = $"team-{moment}";
            _relay!.CutAfter(whole * moment / (Moments + 1));
            await cluster.ApplyAsync(Repository(name));
            await _relay.Cut;
            await ReplaceOperatorAsync(cluster);
            await Eventually.IsAsync(
                $"{name} has all that belongs to it", expected, () => DescribeAsync(cluster, name));
        }
    }

    [Fact]
    public async Task A_password_is_rotated_once_although_operators_are_killed_at_any_moment_of_it()
    {
        const string path = $"pyrepo.dev/v1alpha1/{Plural}/team";
        var cluster = await TestCluster.CreateAsync(server);
        await ReplaceOperatorAsync(cluster);
        await cluster.ApplyAsync(Repository("team"));
        await cluster.UntilAsync(Plural, "team", "Ready", "Unknown");
        var before = _relay!.Sent;
        await cluster.AnnotateAsync(path, "pyrepo.dev/rotate", "0");
        await cluster.UntilEventAsync("SecretRotated", "team");
        var whole = _relay.Sent - before;
        for (var moment = 1; moment <= Moments; moment++)
        {
            var password = await TextAsync(cluster, "password");
            _relay!.CutAfter(whole * moment / (Moments + 1));
            await cluster.AnnotateAsync(path, "pyrepo.dev/rotate", $"{moment}");
            await _relay.Cut;
            await ReplaceOperatorAsync(cluster);
            await Eventually.IsAsync(
                "another password", async () => await TextAsync(cluster, "password") != password, () => _running!.Log);
            await _running!.ReconcileAgainAsync(cluster, "v1/services/team");
            Assert.Equal(password, await TextAsync(cluster, "previous"));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
            await _running.DisposeAsync();
        if (_relay is not null)
            await _relay.DisposeAsync();
    }

    /// <summary>Kills the operator, if there is one, and starts another behind a relay of its own.</summary>
    async Task ReplaceOperatorAsync(TestCluster cluster)
    {
        await DisposeAsync();
        (_running, _relay) = (null, new TcpRelay(server.Http.BaseAddress!.Port));
        _running = await OperatorProcess.StartAsync(cluster, Settings, port: _relay.Port);
    }

    /// <summary>The children of a resource with their specs, and its conditions, without what differs by its name.</summary>
    static async Task<string> DescribeAsync(TestCluster cluster, string name)
    {
        var text = new StringBuilder();
        foreach (var kind in _children)
        {
            foreach (var child in await cluster.ListAsync(kind))
            {
                if ((string?)child["metadata"]!["labels"]?["pyrepo.dev/name"] != name)
                    continue;
                text.Append($"{kind} {child["metadata"]!["name"]} {child["spec"]?.ToJsonString()} ");
                text.AppendJoin(',', (child["data"]?.AsObject() ?? []).Select(part => part.Key)).Append('\n');
            }
        }
        var resource = await cluster.GetAsync($"pyrepo.dev/v1alpha1/{Plural}/{name}");
        foreach (var condition in resource?["status"]?["conditions"]?.AsArray() ?? [])
            text.Append($"{condition!["type"]} {condition["status"]} {condition["reason"]}\n");
        return Chosen().Replace(text.Replace(name, "NAME").ToString(), "…");
    }

    /// <summary>The addresses of Services, and hashes of a name.</summary>
    [GeneratedRegex("10[.]96[.][0-9]+[.][0-9]+|[0-9a-f]{16}")]
    private static partial Regex Chosen();

    static async Task<string?> TextAsync(TestCluster cluster, string key) =>
        (string?)(await cluster.GetAsync("v1/secrets/team-credentials"))!["data"]![key] is { } value
            ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : null;

    static string Repository(string name) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec:
          ingress: { host: {{name}}.example.com }
        """;
}
