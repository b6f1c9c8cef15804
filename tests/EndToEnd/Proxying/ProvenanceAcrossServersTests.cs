using System.Net;
using System.Text.Json.Nodes;
using PyRepo.Testing;

namespace EndToEnd.Proxying;

/// <summary>Attestations of a private member that has a host of its own, through a group on another server.</summary>
public sealed class ProvenanceAcrossServersTests
{
    const string Member = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a, namespace: packages }
        spec:
          ingress: { host: team-a.invalid, tls: { secretName: tls } }
          access:
            usersSecretRef: { name: users }
            grants: [ { to: [ { user: alice } ], role: Maintainer } ]
        """;

    const string Group = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: packages }
        spec: { members: [ { kind: PythonRepository, name: team-a } ] }
        """;

    [Fact]
    public async Task Provenance_is_requested_from_the_members_service()
    {
        using var folder = new TemporaryFolder();
        foreach (var server in (string[])["team-a", "all"])
        {
            folder.Write($"{server}/resource.yaml", server == "all" ? Group : Member);
            folder.Write($"{server}/secrets/users/username", "alice");
            folder.Write($"{server}/secrets/users/password", "alice");
            folder.Write($"{server}/secrets/pyrepo-signing-key/current", "a key that both servers mount");
        }
        await using var member = await PyRepoServer.StartFromAsync(folder.At("team-a"), "--root", "team-a");
        folder.Write("all/members/PythonRepository/team-a.yaml", Member);
        folder.Write("all/platform.json", $$"""{ "members": { "team-a": "{{member.Url}}" } }""");
        await using var group = await PyRepoServer.StartFromAsync(folder.At("all"), "--root", "all");
        var wheel = TestWheel.Create("demo", "1.0");
        using var form = TwineForm.From(wheel);
        var attestations = new JsonArray(MadeAttestation.From(wheel.FileName, wheel.Sha256)).ToJsonString();
        form.Add(new StringContent(attestations), "\"attestations\"");
        var alice = TwineForm.Basic("alice", "alice");
        using var uploaded = await TwineForm.SendAsync(member.Http, member.Url, form, alice);
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        var page = await group.AskAsync(new Uri(group.Url, "simple/demo/"), alice, Replies.Json);
        var link = page.Must(HttpStatusCode.OK).File(wheel.FileName).GetProperty("provenance").GetString()!;
        Assert.Equal(new Uri(group.Url, $"integrity/demo/1.0/{wheel.FileName}/provenance").AbsoluteUri, link);
        var provenance = (await group.AskAsync(new Uri(link), alice)).Must(HttpStatusCode.OK);
        Assert.Contains("alice", provenance.Text, StringComparison.Ordinal);
        (await group.AskAsync(new Uri(link))).Must(HttpStatusCode.Unauthorized);
    }
}
