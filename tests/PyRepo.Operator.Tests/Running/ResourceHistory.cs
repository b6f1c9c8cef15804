using System.Text.Json.Nodes;

namespace PyRepo.Operator.Tests.Running;

/// <summary>All versions of a kind's resources in a namespace, as a watch tells them.</summary>
sealed class ResourceHistory : IAsyncDisposable
{
    readonly List<JsonNode> _versions = [];
    readonly HttpResponseMessage _answer;
    readonly Task _reading;

    ResourceHistory(HttpResponseMessage answer) => (_answer, _reading) = (answer, ReadAsync(answer));

    /// <summary>Follows from now on.</summary>
    public static async Task<ResourceHistory> FollowAsync(TestCluster cluster, string plural)
    {
        var path = $"/apis/pyrepo.dev/v1alpha1/namespaces/{cluster.Namespace}/{plural}?watch=true";
        var url = new Uri(path, UriKind.Relative);
        var answer = await cluster.Server.Http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        return new ResourceHistory(answer.EnsureSuccessStatusCode());
    }

    /// <summary>The versions so far, in order.</summary>
    public IReadOnlyList<JsonNode> Versions
    {
        get
        {
            lock (_versions)
                return [.. _versions];
        }
    }

    /// <summary>Waits until the newest version is of a generation, and is to kstatus as said.</summary>
    public Task UntilAsync(string kstatus, long generation) => Eventually.IsAsync(
        $"{kstatus} at generation {generation}",
        () => Task.FromResult(Versions is [.., var last] && (long?)last["metadata"]!["generation"] == generation
            && KStatus.From(last) == kstatus),
        () => Versions is [.., var last] ? last.ToJsonString() : "nothing");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _answer.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task ReadAsync(HttpResponseMessage answer)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_versions)
                _versions.Add(JsonNode.Parse(line)!["object"]!);
        }
    }
}
