using System.Net;
using EndToEnd.Proxying;

namespace EndToEnd.Cluster;

/// <summary>
/// A tenant who may write the three kinds in a namespace, and nothing else, gets nothing that he has no right to: each
/// attempt is refused with a reason.
/// </summary>
public sealed class TenantTests : IAsyncLifetime
{
    ClusterNamespace _ns = null!;
    readonly TemporaryFolder _files = new();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (ClusterFactAttribute.Reason is not null)
            return;
        _ns = await ClusterNamespace.CreateAsync();
        await _ns.ApplyAsync("""
            apiVersion: v1
            kind: ServiceAccount
            metadata: { name: tenant }
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: { name: tenant }
            rules:
            - { apiGroups: [pyrepo.dev], resources: ["*"], verbs: ["*"] }
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: { name: tenant }
            roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: tenant }
            subjects: [ { kind: ServiceAccount, name: tenant } ]
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: treasure }
            stringData: { username: admin, password: hunter2 }
            """);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ns is not null)
            await _ns.DisposeAsync();
        _files.Dispose();
    }

    [ClusterFact]
    public async Task An_image_chosen_by_a_tenant_is_rejected()
    {
        await ApplyAsTenantAsync(Repository("server: { image: evil.example.com/thief:1 }, "));
        await RefusedAsync("pythonrepository/mine", "evil.example.com/thief:1");
        Assert.Empty(await _ns.PodsAsync("mine"));
    }

    [ClusterFact]
    public async Task A_host_of_another_namespace_is_rejected()
    {
        await using var other = await ClusterNamespace.CreateAsync();
        await other.ApplyAsync(Repository($"ingress: {{ host: {other.Host} }}, "));
        await other.UntilReadyAsync("pythonrepository/mine");
        await ApplyAsTenantAsync(Repository($"ingress: {{ host: {other.Host} }}, "));
        await RefusedAsync("pythonrepository/mine", other.Host);
        Assert.Empty(await _ns.KubectlAsync("get", "ingress", "-o", "name"));
    }

    [ClusterFact]
    public async Task An_annotation_that_the_administrator_did_not_allow_is_rejected()
    {
        await ApplyAsTenantAsync(Repository(
            $"ingress: {{ host: {_ns.Host}, "
            + $"annotations: {{ nginx.ingress.kubernetes.io/configuration-snippet: \"x\" }} }}, "));
        await RefusedAsync("pythonrepository/mine", "configuration-snippet");
    }

    [ClusterFact]
    public async Task A_Secret_that_does_not_name_the_upstream_is_not_sent_to_it()
    {
        await using var upstream = await ClusterNamespace.CreateAsync();
        var url = await TestRepositories.MakeUpstreamAsync(upstream);
        await ApplyAsTenantAsync(Proxy($"url: \"{url}\", credentialsSecretRef: {{ name: treasure }}"));
        await RefusedAsync("proxyrepository/mine", "treasure");
    }

    [ClusterFact]
    public async Task The_API_server_and_metadata_addresses_are_rejected_as_upstreams()
    {
        foreach (var (url, rule) in new[]
        {
            ("http://169.254.169.254/simple/", "metadata addresses are never allowed"),
            ("https://kubernetes.default.svc/simple/", "the cluster's API server is not allowed"),
            ("http://127.0.0.1:8081/", "loopback addresses are not allowed"),
        })
        {
            await ApplyAsTenantAsync(Proxy($"url: \"{url}\""));
            await Eventually.IsAsync($"{url} is refused", async () =>
                (await _ns.FieldAsync(
                    "proxyrepository/mine", ".status.conditions[?(@.type=='UpstreamReachable')].message"))
                .Contains(rule, StringComparison.Ordinal));
            await _ns.KubectlAsync("delete", "proxyrepository/mine");
        }
    }

    [ClusterFact]
    public async Task A_tenants_upstream_cannot_redirect_or_link_to_those_addresses()
    {
        const string metadata = "metadata addresses are never allowed", api = "the cluster's API server is not allowed";
        const string loopback = "loopback addresses are not allowed";
        await using var upstream =
            await ScriptedUpstream.StartAsync(address: await Kubectl.AddressOfThisMachineAsync());
        var service =
            await Kubectl.AskAsync("get", "service/kubernetes", "-n", "default", "-o", "jsonpath={.spec.clusterIP}");
        var endpoint = await Kubectl.AskAsync("get", "endpointslice/kubernetes", "-n", "default", "-o",
            "jsonpath={.endpoints[0].addresses[0]}:{.ports[0].port}");
        (string To, string Rule)[] places =
        [
            ("http://169.254.169.254/latest/meta-data/", metadata), ("http://[::ffff:169.254.169.254]/", metadata),
            ("https://kubernetes.default.svc/api/v1/secrets", api), ($"https://{service}/api", api),
            ($"https://{endpoint}/version", api),
            ("http://127.0.0.1:8081/status", loopback), ("http://localhost:8081/status", loopback),
            ("http://0/", "that is no address of a server"), ("http://[64:ff9b::a9fe:a9fe]/", metadata),
        ];
        await ApplyAsTenantAsync(Proxy(
            $"url: \"{upstream.Index}\", redirects: Follow", $"ingress: {{ host: {_ns.Host} }}, "));
        await _ns.UntilReadyAsync("proxyrepository/mine");
        upstream.Serve(new ScriptedPage("harmless", ScriptedFile.Wheel("harmless", "1.0")));
        await _ns.UntilReachableAsync("/simple/harmless/");
        using var http = new HttpClient();
        foreach (var ((to, rule), number) in places.Zip(Enumerable.Range(0, places.Length)))
        {
            var page = $"page-{number}";
            var (link, file) =
                (ScriptedFile.Wheel($"link-{number}", "1.0"), ScriptedFile.Wheel($"file-{number}", "1.0"));
            upstream.AtPage(page, Replies.Redirect(to));
            upstream.Serve(new ScriptedPage($"link-{number}", link with { Url = to }));
            upstream.Serve(new ScriptedPage($"file-{number}", file));
            upstream.AtFile(file.FileName, Replies.Redirect(to));
            await RefusedAsync(http, _ns.Url($"/simple/{page}/"), rule);
            foreach (var (project, name) in
                new[] { ($"link-{number}", link.FileName), ($"file-{number}", file.FileName) })
            {
                var shown = await http.GetStringAsync(_ns.Url($"/simple/{project}/"));
                var href = shown.Split("href=\"").Select(part => part.Split('"', '#')[0])
                    .Single(url => url.EndsWith(name, StringComparison.Ordinal));
                await RefusedAsync(http, new Uri(_ns.Url($"/simple/{project}/"), href), rule);
            }
        }
    }

    static async Task RefusedAsync(HttpClient http, Uri url, string rule)
    {
        using var answer = await http.GetAsync(url);
        var said = await answer.Content.ReadAsStringAsync();
        Assert.True(
            answer.StatusCode == HttpStatusCode.ServiceUnavailable && said.Contains(rule, StringComparison.Ordinal),
            $"{url}: {answer.StatusCode} {said}");
    }

    [ClusterFact]
    public async Task A_tenant_lacks_the_rights_of_the_operator()
    {
        foreach (var attempt in (string[][])
        [
            ["get", "secret/treasure"], ["get", "secrets"], ["get", "pods"], ["create", "deployment", "x", "--image=x"],
            ["create", "token", "pyrepo-operator", "-n", "pyrepo-system"],
        ])
        {
            (await Kubectl.RunAsync(
                [.. attempt, .. attempt.Contains("-n") ? [] : (string[])["-n", _ns.Name], AsTenant]))
                .MustFail().MustSay("forbidden");
        }
    }

    string AsTenant => $"--as=system:serviceaccount:{_ns.Name}:tenant";

    Task<string> ApplyAsTenantAsync(string yaml) =>
        Kubectl.AskAsync("apply", "-n", _ns.Name, AsTenant, "-f", _files.Write("tenant.yaml", yaml));

    /// <summary>The resource is not Ready, and says why.</summary>
    async Task RefusedAsync(string item, string word)
    {
        var message = "";
        await Eventually.IsAsync($"{item} is refused for {word}", async () =>
        {
            message = await _ns.FieldAsync(item, ".status.conditions[?(@.type=='Ready')].message");
            return message.Contains(word, StringComparison.Ordinal);
        });
        Assert.NotEqual("True", await _ns.FieldAsync(item, ".status.conditions[?(@.type=='Ready')].status"));
    }

    static string Repository(string spec) => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: mine }
        spec: { {{spec}} storage: { ephemeral: {} } }
        """;

    static string Proxy(string upstream, string more = "") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: mine }
        spec: { upstream: { {{upstream}} }, {{more}} storage: { ephemeral: {} } }
        """;
}
