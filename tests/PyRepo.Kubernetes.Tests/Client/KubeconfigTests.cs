using PyRepo.Kubernetes.Client.Configuration;
using PyRepo.Testing;

namespace PyRepo.Kubernetes.Tests.Client;

public sealed class KubeconfigTests : IDisposable
{
    readonly SteppedClock _clock = new();
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_of_several_files_wins_for_each_name()
    {
        File.WriteAllText(_folder["one"], """
            apiVersion: v1
            kind: Config
            current-context: work
            contexts:
            - name: work
              context: {cluster: main, user: me, namespace: shop}
            users: null
            clusters:
            - name: main
              cluster:
                server: https://first:6443/k8s/main
                tls-server-name: api.example
                insecure-skip-tls-verify: true
                proxy-url: socks5://proxy:1080
            """);
        File.WriteAllText(_folder["two"], """
            {"current-context": "other",
             "clusters": [{"name": "main", "cluster": {"server": "https://second"}}],
             "users": [{"name": "me", "user": {"token": "t"}}]}
            """);
        var settings = Kubeconfig.Read([_folder["none"], _folder["one"], _folder["two"]]).Select(null, _clock);
        Assert.Equal(("https://first:6443/k8s/main", "shop"), (settings.Server.AbsoluteUri, settings.Namespace));
        Assert.Equal(("api.example", true), (settings.TlsServerName, settings.Insecure));
        Assert.Equal("socks5://proxy:1080/", settings.Proxy?.AbsoluteUri);
        Assert.Equal("t", (await settings.Credentials.GetAsync(default)).Token);
    }

    [Fact]
    public async Task Files_are_looked_for_next_to_the_kubeconfig()
    {
        Directory.CreateDirectory(_folder["keys"]);
        File.WriteAllText(_folder["keys/token"], "from-file");
        File.WriteAllText(_folder["keys/ca"], "authority");
        Write("certificate-authority: keys/ca", "{token: weaker, tokenFile: keys/token}");
        var settings = Kubeconfig.Read([_folder["config"]]).Select("work", _clock);
        Assert.Equal("from-file", (await settings.Credentials.GetAsync(default)).Token);
        Assert.Equal("authority"u8.ToArray(), settings.Authority!.Get());
        Assert.Equal("default", settings.Namespace);
    }

    [Fact]
    public async Task A_client_certificate_may_be_data_and_its_key_a_file()
    {
        File.WriteAllText(_folder["key"], "key");
        Write("", "{client-certificate-data: Y2VydA==, client-key: key}");
        var credential = await Kubeconfig.Read([_folder["config"]]).Select(null, _clock).Credentials.GetAsync(default);
        Assert.Equal("cert"u8.ToArray(), credential.Certificate);
        Assert.Equal("key"u8.ToArray(), credential.Key);
    }

    [Theory]
    [InlineData("", "{}", "nowhere", "The kubeconfig has no context 'nowhere'.")]
    [InlineData("", "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}", null,
        "The kubeconfig's exec has apiVersion 'client.authentication.k8s.io/v1alpha1'. "
            + "Use client.authentication.k8s.io/v1.")]
    [InlineData("", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}}", null,
        "x needs a terminal (interactiveMode: Always). Use another user.")]
    [InlineData("proxy-url: nowhere", "{}", null,
        "'nowhere' in the kubeconfig's proxy-url is not an address (https://…).")]
    public void Unusable_settings_are_reported(string cluster, string user, string? context, string error)
    {
        Write(cluster, user);
        var failed =
            Assert.Throws<KubeconfigException>(() => Kubeconfig.Read([_folder["config"]]).Select(context, _clock));
        Assert.Equal(error, failed.Message);
    }

    [Theory]
    [InlineData("clusters: [")]
    [InlineData("clusters: text")]
    [InlineData("{\"clusters\": 1}")]
    [InlineData("- a")]
    public void An_invalid_kubeconfig_is_reported_with_its_path(string text)
    {
        File.WriteAllText(_folder["config"], text);
        var failed = Assert.Throws<KubeconfigException>(() => Kubeconfig.Read([_folder["config"]]));
        Assert.StartsWith(
            $"The kubeconfig {_folder["config"]} can't be read: ", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_file_the_error_names_the_paths_that_were_tried() =>
        Assert.Equal("No cluster is configured: there is no a or b. Set KUBECONFIG.",
            Assert.Throws<KubeconfigException>(() => Kubeconfig.Read(["a", "b"])).Message);

    [Theory]
    [InlineData("10.0.0.1", "https://10.0.0.1/")]
    [InlineData("fd00::1", "https://[fd00::1]/")]
    [InlineData("[fd00::1]", "https://[fd00::1]/")]
    public async Task A_pod_reaches_its_cluster_as_its_service_account(string host, string address)
    {
        File.WriteAllText(_folder["token"], "pod");
        File.WriteAllText(_folder["namespace"], "operators\n");
        var folder = Path.GetDirectoryName(_folder["token"])!;
        var settings = InCluster.Create(host, "443", folder, _clock);
        Assert.Equal((address, "operators"), (settings.Server.AbsoluteUri, settings.Namespace));
        Assert.Equal("pod", (await settings.Credentials.GetAsync(default)).Token);
    }

    void Write(string cluster, string user) => File.WriteAllText(_folder["config"], $"""
        current-context: work
        contexts: [{"{"}name: work, context: {"{"}cluster: c, user: u{"}}"}]
        clusters:
        - name: c
          cluster:
            server: https://api
            {cluster}
        users: [{"{"}name: u, user: {user}{"}"}]
        """);
}
