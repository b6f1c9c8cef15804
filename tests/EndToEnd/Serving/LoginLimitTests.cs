using System.Net;
using System.Net.Http.Headers;
using PyRepo.Testing;

namespace EndToEnd.Serving;

/// <summary>Who guesses passwords is slowed down, and whoever knows one is not locked out by that.</summary>
public sealed class LoginLimitTests : IAsyncLifetime
{
    const string Own = "203.0.113.1";
    const string Members = "grants: [ { to: [ { authenticated: {} } ], role: Maintainer } ]";
    static readonly AuthenticationHeaderValue _alice = TwineForm.Basic("alice", "correct-horse");

    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync(
        Manifest.All(
            Manifest.Create("team", $"{{ access: {{ usersSecretRef: {{ name: people }}, {Members} }} }}"),
            Manifest.Create("others", $"{{ access: {{ usersSecretRef: {{ name: other-people }}, {Members} }} }}"),
            Manifest.AliceAndBob("people"),
            Manifest.User("other-people", "alice", "another alice")),
        "--trusted-proxy", "127.0.0.1");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("others/simple/")]
    [InlineData("")]
    public async Task Guesses_at_a_user_of_the_same_name_in_another_repository_do_not_count(string path)
    {
        for (var i = 0; i < 60; i++)
            await StatusOfAsync(path, TwineForm.Basic("alice", $"guess-{i}"), $"198.51.100.{i}");
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync("team/simple/", _alice, Own));
    }

    [Fact]
    public async Task After_guesses_from_many_addresses_a_right_password_is_delayed_but_not_rejected()
    {
        for (var i = 0; i < 60; i++)
            await StatusOfAsync("team/simple/", TwineForm.Basic("alice", $"guess-{i}"), $"198.51.100.{i}");
        await Eventually.IsAsync("alice logs in", async () =>
        {
            using var answer = await AskAsync("team/simple/", _alice, Own);
            if (answer.StatusCode == HttpStatusCode.OK)
                return true;
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
            return false;
        });
    }

    [Theory]
    [InlineData("team", "alice")]
    [InlineData("team", "nobody")]
    [InlineData("others", "alice")]
    [InlineData("others", "nobody")]
    public async Task An_unchecked_password_is_not_reported_as_wrong(string repository, string user)
    {
        for (var i = 0; ; i++)
        {
            using var answer = await AskAsync($"{repository}/simple/", TwineForm.Basic(user, $"guess-{i}"), Own);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.True(i >= 3);
                Assert.NotNull(answer.Headers.RetryAfter);
                Assert.Contains("was not checked", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                break;
            }
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.True(i < 100);
        }
        using var page = await AskAsync($"{repository}/", TwineForm.Basic(user, "another"), Own, "text/html");
        Assert.Equal(HttpStatusCode.TooManyRequests, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
    }

    async Task<HttpStatusCode> StatusOfAsync(string path, AuthenticationHeaderValue caller, string address)
    {
        using var answer = await AskAsync(path, caller, address);
        return answer.StatusCode;
    }

    async Task<HttpResponseMessage> AskAsync(
        string path, AuthenticationHeaderValue caller, string address, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Url, path));
        request.Headers.Authorization = caller;
        request.Headers.Add("X-Forwarded-For", address);
        request.Headers.Add("Accept", accept);
        return await _server.Http.SendAsync(request);
    }
}
