namespace EndToEnd.Proxying;

/// <summary>Manifests of proxies and groups.</summary>
public static class ProxyManifest
{
    /// <summary>A ProxyRepository.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="upstream">The Simple API behind it.</param>
    /// <param name="spec">More of its spec, in lines of YAML's flow style: <c>cache: { projectTtl: 1s }</c>.</param>
    /// <param name="more">More of <c>spec.upstream</c>, in flow style, with a comma before it.</param>
    public static string Proxy(string name, Uri upstream, string spec = "mode: OnDemand", string more = "") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: {{name}} }
        spec: { upstream: { url: "{{upstream}}"{{more}} }, {{spec}} }

        """;

    /// <summary>A RepositoryGroup.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="members">KIND/NAME of each, in their order.</param>
    /// <param name="spec">More of its spec, in flow style.</param>
    public static string Group(
        string name, IEnumerable<string> members, string spec = "resolution: FirstMatch") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: {{name}} }
        spec: { members: [ {{string.Join(", ", members.Select(Member))}} ], {{spec}} }

        """;

    static string Member(string member) => $"{{ kind: {member.Split('/')[0]}, name: {member.Split('/')[1]} }}";
}
