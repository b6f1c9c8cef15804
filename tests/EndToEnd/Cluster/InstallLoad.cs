using System.Collections.Concurrent;
using System.Diagnostics;
using EndToEnd.Clients;

namespace EndToEnd.Cluster;

/// <summary>Somebody who installs from a repository again and again, while something else happens.</summary>
/// <param name="ns">Where the repository is.</param>
/// <param name="path">The repository's, below the host.</param>
/// <param name="retries">How often the client tries again; null: as often as it does by itself.</param>
/// <param name="project">What is installed.</param>
/// <param name="client">pip or uv.</param>
public sealed class InstallLoad(
    ClusterNamespace ns, string path, int? retries = null, string project = "acme-lib", string client = "pip")
    : IAsyncDisposable
{
    // As many as can be would leave a node of two cores no time for anything else.
    static readonly TimeSpan _requestEvery = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan _installationEvery = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource _end = new();
    readonly ConcurrentQueue<string> _failures = [];
    Task _running = Task.CompletedTask;

    /// <summary>How often it was installed.</summary>
    public int Installed { get; private set; }

    /// <summary>What was asked for beside it, one request at a time and each only once.</summary>
    public int Requested { get; private set; }

    /// <summary>What the slowest of these requests took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>What went wrong.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Begins to install the project, and with <paramref name="asks"/> to ask for its page, too.</summary>
    public InstallLoad Begin(bool asks = false)
    {
        _running = Task.WhenAll(Task.Run(InstallAsync), asks ? Task.Run(AskAsync) : Task.CompletedTask);
        return this;
    }

    /// <summary>
    /// Waits until it was installed so often: once before something happens shows that it goes on, and a few times in
    /// all that it still does, however slow the machine is.
    /// </summary>
    public Task UntilInstalledAsync(int times) => Eventually.IsAsync(
        $"{client} has installed {project} from {path} {times} times",
        () => Task.FromResult(Installed >= times), () => $"{Installed} times");

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }

    async Task InstallAsync()
    {
        using var home = new ClientHome();
        if (retries is { } number)
            home.Environment["PIP_RETRIES"] = home.Environment["UV_HTTP_RETRIES"] = $"{number}";
        home.Environment["PIP_TRUSTED_HOST"] = ns.Host;
        string[] install = client == "uv" ? ["pip", "install", "--python", "/usr/bin/python3"] : ["install"];
        using var pace = new PeriodicTimer(_installationEvery);
        for (; !_end.IsCancellationRequested && await pace.WaitForNextTickAsync(); Installed++)
        {
            var run = await home.RunAsync(client, [
                .. install, "--no-cache-dir", "--index-url", ns.Url($"{path}simple/").AbsoluteUri,
                "--target", home.New($"{Installed}"), project]);
            if (run.ExitCode != 0)
                _failures.Enqueue(run.ToString());
        }
    }

    async Task AskAsync()
    {
        using var http = new HttpClient();
        using var pace = new PeriodicTimer(_requestEvery);
        for (; !_end.IsCancellationRequested && await pace.WaitForNextTickAsync(); Requested++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await http.GetAsync(ns.Url($"{path}simple/{project}/"));
                if (!answer.IsSuccessStatusCode)
                    _failures.Enqueue(
                        $"{DateTime.UtcNow:O} {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }
            catch (HttpRequestException error)
            {
                _failures.Enqueue($"{DateTime.UtcNow:O} {error.Message}");
            }
            if (Stopwatch.GetElapsedTime(began) is var took && took > Longest)
                Longest = took;
        }
    }
}
