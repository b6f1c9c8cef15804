using System.Net;
using EndToEnd.Serving;
using Microsoft.AspNetCore.Http;
using PyRepo.Testing;

namespace EndToEnd.Proxying;

/// <summary>
/// A stranger asks a group of a private and a public member for a private name and for one that nobody has. Whatever
/// happens to the upstream or to a record, the answers are equal.
/// </summary>
public sealed class StrangersTests : IAsyncLifetime
{
    const string Secret = "acme-secret", Damaged = "acme-damage", Unknown = "acme-unknown";
    const string Private = "{ access: { usersSecretRef: { name: people }, grants: ["
        + " { to: [ { user: alice } ], role: Maintainer } ] } }";

    static readonly string[] _groups = [PrivateAndPublic.All, "merged", "outer"];

    PrivateAndPublic _world = null!;

    public async ValueTask InitializeAsync()
    {
        string[] members = [$"PythonRepository/{PrivateAndPublic.Team}", $"ProxyRepository/{PrivateAndPublic.Proxy}"];
        _world = await PrivateAndPublic.StartAsync(Private, more:
        [
            Manifest.AliceAndBob("people"),
            ProxyManifest.Group("merged", members, "resolution: Merge"),
            ProxyManifest.Group("outer", [$"RepositoryGroup/{PrivateAndPublic.All}"]),
        ]);
        foreach (var project in (string[])[Secret, Damaged])
        {
            var form = TwineForm.From(TestWheel.Create(project, "1.0"));
            using var request = new HttpRequestMessage(HttpMethod.Post, _world.Server.GetUrl(PrivateAndPublic.Team))
            {
                Content = form,
                Headers = { Authorization = TwineForm.Basic("alice", "correct-horse") },
            };
            using var answer = await _world.Server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await _world.Server.StopAsync();
        File.WriteAllText(
            Path.Combine(_world.Server.GetFolder(PrivateAndPublic.Team), "projects", $"{Damaged}.jsonl"),
            "{ \"no event\n");
        await _world.Server.StartAgainAsync();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(0)]
    public async Task Anonymous_callers_get_the_same_answer_for_private_and_missing_names(int status)
    {
        if (status != 200)
        {
            Reply failure = status == 0 ? Replies.Drop : Replies.Status(status);
            _world.Upstream.Otherwise = failure;
            _world.Upstream.At("/simple/", failure);
        }
        foreach (var group in _groups)
        {
            foreach (var (secret, damaged, unknown) in
                GetPaths(Secret).Zip(GetPaths(Damaged), GetPaths(Unknown)))
            {
                var expected = await AnswerAsync(group, unknown, Unknown);
                Assert.Contains("401", expected, StringComparison.Ordinal);
                Assert.Equal(expected, await AnswerAsync(group, secret, Secret));
                Assert.Equal(expected, await AnswerAsync(group, damaged, Damaged));
            }
        }
    }

    [Fact]
    public async Task A_damaged_record_is_unavailable_through_a_group_and_only_the_log_says_why()
    {
        var alice = TwineForm.Basic("alice", "correct-horse");
        foreach (var group in _groups)
        {
            var answer = (await _world.Server.PageAsync(group, Damaged, alice)).Must(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(answer["Retry-After"]);
            Assert.DoesNotContain("jsonl", answer.Text, StringComparison.Ordinal);
        }
        var direct = await _world.Server.PageAsync(PrivateAndPublic.Team, Damaged, alice);
        Assert.DoesNotContain("jsonl", direct.Must(HttpStatusCode.InternalServerError).Text, StringComparison.Ordinal);
        await _world.Server.MustLogAsync($"The record 'projects/{Damaged}.jsonl' is damaged.");
    }

    [Fact]
    public async Task Anonymous_callers_learn_neither_the_private_members_nor_their_state()
    {
        Directory.Move(_world.Server.GetFolder(PrivateAndPublic.Team), _world.Server.GetFolder("away"));
        var alice = TwineForm.Basic("alice", "correct-horse");
        foreach (var group in _groups)
        {
            var pages = (string[])["", "project/", "search/?q=acme", "stats/", "simple/", "api/v1/statistics"];
            await Eventually.IsAsync("alice sees that the member is down", async () =>
                (await _world.Server.AskAsync(_world.Server.GetUrl(group), alice)).Text
                    .Contains("<li class=\"bad\"><b><a href=\"./../team/\">team</a></b>", StringComparison.Ordinal));
            foreach (var page in pages)
            {
                var answer = await _world.Server.AskAsync(new Uri(_world.Server.GetUrl(group), page));
                Assert.DoesNotContain(PrivateAndPublic.Team, answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(_world.Server.Data, answer.Text, StringComparison.Ordinal);
            }
            Assert.Contains(
                $">{PrivateAndPublic.Proxy}</a></b>", (await _world.Server.AskAsync(_world.Server.GetUrl(group))).Text,
                StringComparison.Ordinal);
        }
    }

    static IEnumerable<string> GetPaths(string project)
    {
        var wheel = TestWheel.Create(project, "1.0");
        return
        [
            $"simple/{project}/",
            $"@2026-01-31/simple/{project}/",
            $"packages/{project}/{wheel.FileName}",
            $"packages/{project}/{wheel.Sha256[..16]}/{wheel.FileName}.metadata",
            $"pypi/{project}/json",
            $"pypi/{project}/1.0/json",
            $"project/{project}/",
            $"api/v1/why/{project}/1.0",
            $"integrity/{project}/1.0/{wheel.FileName}/provenance",
        ];
    }

    /// <summary>What a client sees: the status, its reason, the headers and the body, with the name left out.</summary>
    async Task<string> AnswerAsync(string group, string path, string project)
    {
        using var response = await _world.Server.Http.GetAsync(new Uri(_world.Server.GetUrl(group), path));
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var text = $"""
            {group}/{path} {(int)response.StatusCode} {response.ReasonPhrase}
            {string.Join('\n', headers.Order())}
            {await response.Content.ReadAsStringAsync()}
            """;
        return text.Replace(project, "NAME", StringComparison.Ordinal)
            .Replace(TestWheel.Create(project, "1.0").FileName, "FILE", StringComparison.Ordinal)
            .Replace(TestWheel.Create(project, "1.0").Sha256[..16], "HASH", StringComparison.Ordinal);
    }
}
