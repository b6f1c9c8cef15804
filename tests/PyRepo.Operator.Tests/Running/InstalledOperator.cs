using PyRepo.Operator.Tests.Crds;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>What an operator needs on an API server: the three kinds, its account and its roles.</summary>
static class InstalledOperator
{
    /// <summary>The namespace of its account.</summary>
    public const string Namespace = "pyrepo-system";

    /// <summary>The name of its ServiceAccount.</summary>
    public const string Account = "pyrepo-operator";

    static readonly string[] _roles =
        ["cluster.yaml", "leader.yaml", "secrets-policy.yaml", "pods-policy.yaml", "resources-policy.yaml"];

    static readonly Dictionary<ApiServer, Task> _installed = [];

    /// <summary>Applies them, once for each server.</summary>
    public static Task InstallAsync(ApiServer server)
    {
        lock (_installed)
            return _installed.TryGetValue(server, out var done) ? done : _installed[server] = ApplyAsync(server);
    }

    static async Task ApplyAsync(ApiServer server)
    {
        await InstalledDefinitions.InstallAsync(server);
        await server.ApplyAsync(Namespace, $$"""
            { "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "{{Namespace}}" } }
            ---
            { "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "{{Account}}" } }
            """);
        foreach (var role in _roles)
            await server.ApplyAsync(Namespace, await File.ReadAllTextAsync(SourceTree.At("config", "rbac", role)));
    }
}
