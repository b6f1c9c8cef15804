using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Running;

/// <summary>Somebody with every right in one namespace, and none anywhere else.</summary>
public sealed class Tenant
{
    readonly string _user;

    Tenant(TestCluster cluster) => (Cluster, _user) = (cluster, $"tenant-of-{cluster.Namespace}");

    /// <summary>The namespace, as the administrator sees it.</summary>
    public TestCluster Cluster { get; }

    /// <summary>The namespace's name.</summary>
    public string Namespace => Cluster.Namespace;

    /// <summary>A tenant with a namespace of its own.</summary>
    public static async Task<Tenant> CreateAsync(ApiServer server)
    {
        var tenant = new Tenant(await TestCluster.CreateAsync(server));
        await tenant.Cluster.ApplyAsync($$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: { name: tenant }
            rules: [ { apiGroups: ["*"], resources: ["*"], verbs: ["*"] } ]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: { name: tenant }
            roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: tenant }
            subjects: [ { apiGroup: rbac.authorization.k8s.io, kind: User, name: {{tenant._user}} } ]
            """);
        await Eventually.IsAsync(
            "the tenant may list", async () => (await tenant.TryAsync(["get", "pyrepo"])).ExitCode == 0);
        return tenant;
    }

    /// <summary>Runs kubectl as the tenant, in its namespace.</summary>
    public async Task KubectlAsync(params string[] arguments) => (await TryAsync(arguments)).MustSucceed();

    /// <summary>Applies manifests as the tenant.</summary>
    public async Task ApplyAsync(string yaml) => (await TryAsync(["apply", "-f", "-"], yaml)).MustSucceed();

    /// <summary>Tries something as the tenant.</summary>
    public Task<KubectlResult> TryAsync(IReadOnlyList<string> arguments, string input = "") =>
        Cluster.Server.RunKubectlAsync([.. arguments, "--as", _user, "-n", Namespace], input);
}
