using System.Text.Json.Nodes;

namespace PyRepo.Operator.Tests.Running;

/// <summary>
/// Repositories whose children somebody changes all the time: an operator always has something to do.
/// </summary>
sealed class Churn : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _work;

    Churn(TestCluster cluster, IReadOnlyList<string> names) => _work = WorkAsync(cluster, names, _stop.Token);

    /// <summary>Makes the repositories, waits until an operator has put back a change of each, and goes on.</summary>
    public static async Task<Churn> BeginAsync(TestCluster cluster, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            await cluster.ApplyAsync($$"""
                apiVersion: pyrepo.dev/v1alpha1
                kind: PythonRepository
                metadata: { name: {{name}} }
                spec: {}
                """);
            await Eventually.IsAsync(name, async () => await cluster.GetAsync($"v1/services/{name}") is not null);
        }
        var churn = new Churn(cluster, names);
        await churn._begun.Task;
        return churn;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    async Task WorkAsync(TestCluster cluster, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        try
        {
            for (var round = 0; !cancellationToken.IsCancellationRequested; round++)
            {
                var path = $"v1/services/{names[round % names.Count]}";
                if (await IsDisturbedAsync(cluster, path))
                    continue;
                await cluster.PatchAsync(
                    path, JsonNode.Parse("""{ "spec": { "selector": { "pyrepo.dev/name": "other" } } }""")!);
                if (round > 2 * names.Count)
                    _begun.TrySetResult();
            }
        }
        catch (Exception error)
        {
            _begun.TrySetException(error);
            throw;
        }
    }

    static async Task<bool> IsDisturbedAsync(TestCluster cluster, string path) =>
        (string?)(await cluster.GetAsync(path))!["spec"]!["selector"]!["pyrepo.dev/name"] == "other";
}
