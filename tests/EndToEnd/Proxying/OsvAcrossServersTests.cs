using System.Net;
using System.Text;

namespace EndToEnd.Proxying;

/// <summary>A group as an OSV service for members that other servers serve.</summary>
public sealed class OsvAcrossServersTests(ITestOutputHelper output)
{
    const string Key = "a key that both servers mount";

    const string Member = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team, namespace: packages }
        spec:
          advisories: { ownRef: { kind: ConfigMap, name: ours } }
          access: { grants: [ { to: [ { anyone: {} } ], role: Reader } ] }
        """;

    /// <summary>As the operator writes it for a group: without what only the member's own server needs.</summary>
    const string MemberOfGroup = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team, namespace: packages }
        spec:
          access: { grants: [ { to: [ { anyone: {} } ], role: Reader } ] }
        """;

    const string Group = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: packages }
        spec: { members: [ { kind: PythonRepository, name: team } ] }
        """;

    [Fact]
    public async Task A_group_asks_its_members_and_does_not_answer_without_them()
    {
        using var mounted = new TemporaryFolder();
        mounted.Write("team/resource.yaml", Member);
        mounted.Write("team/secrets/pyrepo-signing-key/current", Key);
        var many = Enumerable.Range(1000, 1200).Select(n => OsvDocument.Write($"ACME-{n}", "acme", "2.0"));
        mounted.Write("team/configmaps/ours/advisories.json", $"[{string.Join(',', many)}]");
        await using var member = await PyRepoServer.StartFromAsync(mounted.At("team"), "--root", "team");
        mounted.Write("all/resource.yaml", Group);
        mounted.Write("all/members/PythonRepository/team.yaml", MemberOfGroup);
        mounted.Write("all/secrets/pyrepo-signing-key/current", Key);
        mounted.Write("all/platform.json", $$"""{ "members": { "team": "{{member.Url}}" } }""");
        await using var group = await PyRepoServer.StartFromAsync(mounted.At("all"), "--root", "all");
        await Eventually.IsAsync(
            "the group reaches its member", HttpStatusCode.OK, async () => (await QueryAsync(group)).Status);
        var (_, text) = await QueryAsync(group);
        Assert.Contains("\"ACME-1000\"", text, StringComparison.Ordinal);
        Assert.Contains("\"next_page_token\":\"ACME-1999\"", text, StringComparison.Ordinal);
        Assert.Contains(
            "\"ACME-2199\"", (await QueryAsync(group, "ACME-1999")).Text, StringComparison.Ordinal);
        Assert.Equal(
            OsvDocument.Write("ACME-1000", "acme", "2.0"),
            (await group.AskAsync(new(group.Url, "osv/v1/vulns/ACME-1000"))).Must(HttpStatusCode.OK).Text);
        (await group.AskAsync(new(group.Url, "osv/v1/vulns/ACME-1"))).Must(HttpStatusCode.NotFound);
        Assert.Equal(0, await member.StopAsync());
        var (status, reason) = await QueryAsync(group);
        output.WriteLine(reason);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("did not return its advisories", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_of_members_without_advisories_has_none_and_one_without_a_key_does_not_know()
    {
        using var mounted = new TemporaryFolder();
        mounted.Write("team/resource.yaml", MemberOfGroup);
        mounted.Write("team/secrets/pyrepo-signing-key/current", Key);
        await using var member = await PyRepoServer.StartFromAsync(mounted.At("team"), "--root", "team");
        mounted.Write("all/resource.yaml", Group);
        mounted.Write("all/members/PythonRepository/team.yaml", MemberOfGroup);
        mounted.Write("all/platform.json", $$"""{ "members": { "team": "{{member.Url}}" } }""");
        await using var group = await PyRepoServer.StartFromAsync(mounted.At("all"), "--root", "all");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await QueryAsync(group)).Status);
        mounted.Write("all/secrets/pyrepo-signing-key/current", Key);
        await Eventually.IsAsync(
            "the group asks its member", HttpStatusCode.NotFound, async () => (await QueryAsync(group)).Status);
    }

    static async Task<(HttpStatusCode Status, string Text)> QueryAsync(PyRepoServer server, string token = "")
    {
        var query =
            $$"""{"package":{"name":"acme","ecosystem":"PyPI"},"version":"1.0","page_token":"{{token}}"}""";
        using var body = new StringContent($$"""{"queries":[{{query}}]}""", Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync(new Uri(server.Url, "osv/v1/querybatch"), body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
