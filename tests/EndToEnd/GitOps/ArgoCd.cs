using System.Text.Json.Nodes;
using EndToEnd.Cluster;

namespace EndToEnd.GitOps;

/// <summary>
/// A real Argo CD with our health checks, on a cluster that had nothing of PyRepo's, and the Application of the example
/// <c>gitops</c>.
/// </summary>
public class ArgoCd : IAsyncLifetime
{
    const string Application = "application/packages";

    readonly TemporaryFolder _state = new();

    /// <summary>The Git repository.</summary>
    public GitFolder Git { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (ClusterFactAttribute.Reason is not null)
            return;
        // Of a run that was killed: it would heal what is removed now.
        await Kubectl.RunAsync("delete", "-n", "argocd", Application);
        await EmptyCluster.MakeAsync();
        Git = await GitFolder.CreateAsync();
        // Its own script takes no notice of a CRD that has no conditions yet.
        string[] definitions = ["-f", Assets.GetPath("gitops", "application-crd.yaml"), "-f", Assets.GetPath(
            "gitops", "appproject-crd.yaml")];
        await Kubectl.AskAsync(["apply", "--server-side", .. definitions]);
        await Eventually.IsAsync("Argo CD's kinds are known", 0,
            async () => (await Kubectl.RunAsync(["wait", "--for=condition=Established", .. definitions])).ExitCode);
        // It, and the three ports after it: below those that the kernel gives to clients.
        Environment.SetEnvironmentVariable("ARGOCD_PORT", $"{Random.Shared.Next(20_000, 30_000)}");
        (await new ProgramRun(Script,
            ["up", _state.Path, .. Directory.GetFiles(SourceTree.At("config", "argocd"), "*.lua")]).RunAsync())
                .MustSucceed();
        await BeginAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Git is not null)
        {
            await Kubectl.AskAsync("delete", "-n", "argocd", Application, "--wait=false", "--ignore-not-found");
            await new ProgramRun(Script, "down", _state.Path).RunAsync();
            Git.Dispose();
        }
        _state.Dispose();
    }

    /// <summary>Commits the first resources, and tells Argo CD of them.</summary>
    protected virtual async Task BeginAsync()
    {
        Git.Write("three.yaml", Resources.Three);
        await Git.CommitAsync("The chart and three resources");
        await Kubectl.AskAsync("apply", "-f", _state.Write("application.yaml", SourceTree
            .Read("examples/gitops/application.yaml")
            .Replace(GitFolder.ExampleUrl, Git.Url, StringComparison.Ordinal)));
    }

    /// <summary>
    /// Has Argo CD look at Git now, as a web hook does: by itself it remembers a branch's commit for minutes.
    /// </summary>
    public static Task<string> RefreshAsync() =>
        Kubectl.AskAsync("annotate", "--overwrite", "-n", "argocd", Application, "argocd.argoproj.io/refresh=hard");

    /// <summary>Commits what was written, and waits until Argo CD has synced it and finds all of it healthy.</summary>
    public async Task CommitAsync(string message) => await UntilHealthyAsync(await Git.CommitAsync(message));

    /// <summary>Waits until Argo CD has synced a commit, and finds all of it healthy.</summary>
    public static async Task UntilHealthyAsync(string? commit = null)
    {
        if (commit is not null)
            await RefreshAsync();
        await UntilSyncedAsync(commit);
        await Eventually.IsAsync("the Application is Healthy", async () =>
            (string?)(await StatusAsync())["health"]?["status"] == "Healthy" && await IsSyncedAsync(commit));
    }

    /// <summary>Waits until Argo CD has synced a commit.</summary>
    public static Task UntilSyncedAsync(string? commit) =>
        Eventually.IsAsync("the Application is Synced", () => IsSyncedAsync(commit));

    /// <summary>What the Application says of itself.</summary>
    public static async Task<JsonNode> StatusAsync() =>
        JsonNode.Parse(await Kubectl.AskAsync("get", "-n", "argocd", Application, "-o", "json"))!["status"]
            ?? new JsonObject();

    /// <summary>What it says of one resource: status and health.</summary>
    public static async Task<JsonNode?> ResourceAsync(string kind, string name) =>
        (await StatusAsync())["resources"]?.AsArray().FirstOrDefault(
            r => (string?)r!["kind"] == kind && (string?)r["name"] == name);

    static async Task<bool> IsSyncedAsync(string? commit)
    {
        var sync = (await StatusAsync())["sync"];
        return (string?)sync?["status"] == "Synced"
            && (commit is null || sync["revisions"]!.AsArray().All(revision => (string?)revision == commit));
    }

    static string Script => Assets.GetPath("gitops", "argocd.sh");
}
