using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Operator.Tests.Running;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Hostile;

/// <summary>Somebody who may edit the objects of one namespace, and nothing else, and wants to harm the operator.</summary>
sealed class HostileTenant(ApiServer server, string ns)
{
    const int Connections = 8;

    /// <summary>What Kubernetes' role edit holds, once its controllers have put it together, and what PyRepo adds.</summary>
    static readonly string[] _roles =
        ["system:aggregate-to-edit", "system:aggregate-to-view", "pyrepo-edit", "pyrepo-view"];

    readonly string _user = $"tenant-of-{ns}";

    /// <summary>Their namespace.</summary>
    public TestCluster Cluster { get; } = new(server, ns);

    /// <summary>Gives them a namespace.</summary>
    public static async Task<HostileTenant> CreateAsync(ApiServer server)
    {
        var tenant = new HostileTenant(server, await server.NewNamespaceAsync());
        foreach (var role in _roles)
        {
            await tenant.Cluster.CreateAsync("rbac.authorization.k8s.io/v1/rolebindings", JsonNode.Parse($$"""
                { "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                  "metadata": { "name": "{{role.Replace(':', '-')}}" },
                  "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "{{role}}" },
                  "subjects": [ { "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "{{tenant._user}}" } ] }
                """)!);
        }
        await Eventually.IsAsync("the rights", async () => await tenant.TryAsync("configmaps", "api/v1", """
            { "metadata": { "name": "first" } }
            """) is null);
        return tenant;
    }

    /// <summary>Makes objects, several at once, as far as the API server accepts them.</summary>
    /// <param name="plural">Their kind.</param>
    /// <param name="api">Its API.</param>
    /// <param name="count">How many.</param>
    /// <param name="jsonOf">An object.</param>
    /// <returns>How many were accepted.</returns>
    public async Task<int> FloodAsync(string plural, string api, int count, Func<int, string> jsonOf)
    {
        var accepted = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Connections },
            async (number, _) =>
            {
                if (await TryAsync(plural, api, jsonOf(number)) is null)
                    Interlocked.Increment(ref accepted);
            });
        return accepted;
    }

    /// <summary>Makes an object; null, or why not.</summary>
    public async Task<string?> TryAsync(string plural, string api, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{api}/namespaces/{ns}/{plural}")
        {
            Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("Impersonate-User", _user);
        request.Headers.Add("Impersonate-Group", "system:authenticated");
        using var answer = await server.Http.SendAsync(request);
        return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync();
    }
}
