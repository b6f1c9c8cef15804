using System.Text;

namespace EndToEnd.Cluster;

/// <summary>
/// A namespace of a test's own, under PodSecurity <c>restricted</c>, and the host that its Ingresses have.
/// </summary>
public sealed class ClusterNamespace : IAsyncDisposable
{
    /// <summary>One test chooses a host at a time.</summary>
    static readonly SemaphoreSlim _choosing = new(1);

    readonly TemporaryFolder _files = new();

    ClusterNamespace(string name, string host) => (Name, Host) = (name, host);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>A host that this machine finds at the Ingress controller's address.</summary>
    public string Host { get; }

    /// <summary>Makes one, with a host that no other has, not even one that is being deleted.</summary>
    public static async Task<ClusterNamespace> CreateAsync()
    {
        await _choosing.WaitAsync();
        try
        {
            var taken =
                (await Kubectl.AskAsync("get", "namespaces", "-o", "jsonpath={.items[*].metadata.name}")).Split(' ');
            // The host of a namespace that is gone is free when the operator has noticed it.
            var held = await Kubectl.AskAsync(
                "get", "configmap", "pyrepo-hosts", "-n", "pyrepo-system", "--ignore-not-found", "-o",
                "jsonpath={.data}");
            var letter = Enumerable.Range('a', 26).Select(number => (char)number)
                .First(one => !taken.Any(name => name.StartsWith($"{one}-", StringComparison.Ordinal))
                    && !held.Contains($"\"{one}.pyrepo.test", StringComparison.Ordinal));
            var name = $"{letter}-{Guid.NewGuid():N}"[..10];
            await Kubectl.AskAsync("create", "namespace", name);
            await Kubectl.AskAsync("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
            return new ClusterNamespace(name, $"{letter}.pyrepo.test");
        }
        finally
        {
            _choosing.Release();
        }
    }

    /// <summary>Where the host is reached.</summary>
    public Uri Url(string path = "/") =>
        new UriBuilder(Environment.GetEnvironmentVariable("PYREPO_INGRESS")!) { Host = Host, Path = path }.Uri;

    /// <summary>Runs kubectl in the namespace, and tells what it prints.</summary>
    public Task<string> KubectlAsync(params IReadOnlyList<string> arguments) =>
        Kubectl.AskAsync([.. arguments, "-n", Name]);

    /// <summary>Applies manifests as a user does.</summary>
    public Task ApplyAsync(string yaml) => KubectlAsync("apply", "-f", _files.Write("manifest.yaml", yaml));

    /// <summary>One field of an object.</summary>
    public Task<string> FieldAsync(string item, string path) => KubectlAsync("get", item, "-o", $"jsonpath={{{path}}}");

    /// <summary>Waits until resources are Ready.</summary>
    public Task UntilReadyAsync(params IReadOnlyList<string> items) =>
        KubectlAsync(["wait", "--for=condition=Ready", KubectlTimeout.Option, .. items]);

    /// <summary>
    /// Waits until the Ingress controller knows the way to a repository: it learns of it a little later.
    /// </summary>
    public async Task UntilReachableAsync(params IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
            await UntilReachableAsync(Url(path));
    }

    /// <inheritdoc cref="UntilReachableAsync(IReadOnlyList{string})"/>
    public static async Task UntilReachableAsync(Uri url)
    {
        using var http = new HttpClient();
        await Eventually.IsAsync($"{url} is reached", "OK", () => AnswerAsync(http, url));
    }

    /// <summary>The status, or why there is none: an Ingress controller that starts refuses connections.</summary>
    static async Task<string> AnswerAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.StatusCode.ToString();
        }
        catch (HttpRequestException error)
        {
            return error.Message;
        }
    }

    /// <summary>The names of the pods of a resource that are not being deleted.</summary>
    public async Task<IReadOnlyList<string>> PodsAsync(string resource) =>
        (await KubectlAsync("get", "pods", "-l", $"pyrepo.dev/name={resource}",
            "-o", "go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.uid}} {{end}}{{end}}"))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The generated password of a repository's publisher.</summary>
    public Task<string> PasswordAsync(string repository) => Kubectl.PasswordAsync(Name, repository);

    /// <summary>Uploads a wheel with twine.</summary>
    /// <param name="path">Below the host.</param>
    /// <param name="password">The publisher's.</param>
    /// <param name="wheel">The wheel.</param>
    public async Task UploadAsync(string path, string password, TestWheel wheel) =>
        (await TwineUpload.RunAsync(Url(path), password, wheel)).MustSucceed();

    /// <summary>No generated secret, and no token, is in an event, a status or a log of the namespace.</summary>
    async Task ScanAsync()
    {
        var encoded = await KubectlAsync(
            "get", "secrets", "-o", "go-template={{range .items}}{{if .data}}{{range $key, $value := .data}}"
            + "{{if or (eq $key \"password\") (eq $key \"current\") (eq $key \"previous\")}}{{$value}} {{end}}"
            + "{{end}}{{end}}{{end}}");
        var bytes = encoded.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Convert.FromBase64String).ToList();
        string[] secrets =
        [
            .. bytes.Select(Encoding.UTF8.GetString), .. bytes.Select(Convert.ToBase64String),
        ];
        SecretScan.AssertClean("Events and statuses", await KubectlAsync(
            "get", "events,pyrepo,deployments,pods,configmaps,ingresses", "-o", "yaml"), secrets);
        var pods = await KubectlAsync("get", "pods", "-l", "pyrepo.dev/kind", "-o", "name");
        foreach (var pod in pods.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // A pod that has not started has no log.
            var log = await Kubectl.RunAsync(["logs", pod, "-n", Name, "--ignore-errors"]);
            SecretScan.AssertClean($"The log of {pod}", log.Output, secrets);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        await ScanAsync();
        await Kubectl.AskAsync("delete", "namespace", Name, "--wait=false");
    }
}
