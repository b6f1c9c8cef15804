using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>The three kinds, served by an API server.</summary>
static class InstalledDefinitions
{
    static readonly Dictionary<ApiServer, Task> _installed = [];

    /// <summary>Applies <c>config/crd</c>, once for each server, and waits until the kinds are served.</summary>
    public static Task InstallAsync(ApiServer server)
    {
        lock (_installed)
            return _installed.TryGetValue(server, out var done) ? done : _installed[server] = ApplyAsync(server);
    }

    static async Task ApplyAsync(ApiServer server)
    {
        var folder = SourceTree.At("config", "crd");
        // Those that Helm applied before may be there.
        (await server.RunKubectlAsync(["apply", "--server-side", "--force-conflicts", "-f", folder])).MustSucceed();
        (await server.RunKubectlAsync(["wait", "--for=condition=Established", KubectlTimeout.Option, "-f", folder]))
            .MustSucceed();
    }
}
