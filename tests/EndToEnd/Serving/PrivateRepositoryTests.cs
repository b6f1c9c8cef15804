using System.Net;
using System.Net.Http.Headers;
using PyRepo.Testing;

namespace EndToEnd.Serving;

/// <summary>Who may not read a name learns nothing from the answers.</summary>
public sealed class PrivateRepositoryTests(PrivateRepositoriesServer fixture) : IClassFixture<PrivateRepositoriesServer>
{
    const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    static readonly AuthenticationHeaderValue _alice = TwineForm.Basic("alice", "correct-horse");
    static readonly AuthenticationHeaderValue _bob = TwineForm.Basic("bob", "battery-staple");
    static readonly TestWheel _secret = TestWheel.Create("secret", "1.0");
    static readonly TestWheel _acme = TestWheel.Create("acme-tool", "1.0");
    PyRepoServer Server => fixture.Server;

    static IEnumerable<string> GetPaths(TestWheel wheel) =>
    [
        $"vault/simple/{wheel.Project}/",
        $"vault/+simple/{wheel.Project}/",
        $"vault/packages/{wheel.Project}/{wheel.FileName}",
        $"vault/packages/{wheel.Project}/{wheel.FileName}.metadata",
        $"vault/packages/{wheel.Project}/{wheel.Sha256[..16]}/{wheel.FileName}",
        $"vault/packages/{wheel.Project}/{wheel.Sha256[..16]}/{wheel.FileName}.metadata",
        $"vault/pypi/{wheel.Project}/json",
        $"vault/pypi/{wheel.Project}/{wheel.Version}/json",
    ];

    [Fact]
    public async Task Anonymous_callers_get_401_whether_or_not_the_resource_exists()
    {
        await FillAsync();
        foreach (var (there, not) in GetPaths(_secret).Zip(GetPaths(TestWheel.Create("absent", "1.0"))))
            await AnswersAlikeAsync(there, not, null, HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, await Server.StatusOfAsync("vault/simple/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Server.StatusOfAsync("vault/+simple/"));
        foreach (var wheel in (TestWheel[])[_secret, TestWheel.Create("absent", "1.0")])
            Assert.Equal(HttpStatusCode.Unauthorized, await Server.DeletionStatusAsync("vault", wheel, null));
    }

    /// <summary>A sign-in page with 200 is an index without projects, to a program that follows.</summary>
    [Theory]
    [InlineData("Java", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "")]
    [InlineData("an installer", "application/vnd.pypi.simple.v1+html, text/html", "")]
    [InlineData("a browser without TLS", Browser, "")]
    [InlineData("a browser", Browser, "navigate")]
    public async Task What_programs_ask_for_is_401_with_a_challenge_and_never_a_sign_in_page(
        string client, string accept, string fetchMode)
    {
        foreach (var path in GetPaths(_secret).Concat(
            ["vault/simple/", "vault/api/v1/statistics", $"vault/integrity/secret/1.0/{_secret.FileName}/provenance"]))
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Post])
            {
                using var answer = await SendAsync(method, path, accept, fetchMode);
                // Provenance has a type of its own, and only uploads are sent with POST.
                var isAsked = method != HttpMethod.Post && !path.Contains("provenance", StringComparison.Ordinal);
                Assert.True(
                    answer.StatusCode is HttpStatusCode.Unauthorized
                        || (!isAsked && (int)answer.StatusCode is >= 400 and < 500),
                    $"{client}: {method} {path}: {answer.StatusCode}");
                Assert.Equal(
                    answer.StatusCode is HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Count > 0);
            }
        }
        using var page = await SendAsync(HttpMethod.Get, "vault/project/secret/", accept, fetchMode);
        Assert.Equal(
            accept == Browser ? HttpStatusCode.SeeOther : HttpStatusCode.Unauthorized, page.StatusCode);
    }

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string accept, string fetchMode)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.Url, path));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (fetchMode.Length > 0)
            request.Headers.Add("Sec-Fetch-Mode", fetchMode);
        return await Server.Http.SendAsync(request);
    }

    [Fact]
    public async Task A_user_without_the_role_gets_403_whether_or_not_the_resource_exists()
    {
        await FillAsync();
        foreach (var (there, not) in GetPaths(_secret).Zip(GetPaths(TestWheel.Create("absent", "1.0"))))
            await AnswersAlikeAsync(there, not, _bob, HttpStatusCode.Forbidden);
        foreach (var wheel in (TestWheel[])[_secret, _acme, TestWheel.Create("absent", "1.0")])
            Assert.Equal(HttpStatusCode.Forbidden, await Server.DeletionStatusAsync("vault", wheel, _bob));
        Assert.Equal(HttpStatusCode.Forbidden, await Server.UploadStatusAsync(
            "vault", TestWheel.Create("acme-tool", "2.0"), _bob));
    }

    [Fact]
    public async Task Users_read_and_list_only_projects_that_match_their_patterns()
    {
        await FillAsync();
        foreach (var path in GetPaths(_acme))
            Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync(path, _bob));
        foreach (var path in GetPaths(_secret).Concat(GetPaths(_acme)))
            Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync(path, _alice));
        Assert.Equal(HttpStatusCode.NotFound, await Server.StatusOfAsync("vault/simple/acme-absent/", _bob));
        foreach (var (user, sees) in new[] { (_bob, false), (_alice, true) })
        {
            using var answer = await Server.GetAsync("vault/simple/", user);
            var list = await answer.Content.ReadAsStringAsync();
            Assert.Contains("acme-tool", list, StringComparison.Ordinal);
            Assert.Equal(sees, list.Contains("secret", StringComparison.Ordinal));
            Assert.True(answer.Headers.CacheControl!.Private);
        }
    }

    [Fact]
    public async Task Private_content_is_never_publicly_cacheable()
    {
        await FillAsync();
        foreach (var path in GetPaths(_secret))
        {
            using var answer = await Server.GetAsync(path, _alice);
            Assert.True(answer.Headers.CacheControl!.Private, path);
            Assert.False(answer.Headers.CacheControl.Public, path);
        }
    }

    [Fact]
    public async Task A_known_ETag_does_not_give_access_to_the_page()
    {
        await FillAsync();
        using var page = await Server.GetAsync("vault/simple/secret/", _alice);
        foreach (var tag in (string[])[page.Headers.ETag!.ToString(), "*"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Url, "vault/simple/secret/"));
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var answer = await Server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_HTML_page_shows_no_project_to_anonymous_visitors()
    {
        await FillAsync();
        using var answer = await Server.GetAsync("vault/");
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishers_upload_within_their_patterns_and_delete_nothing()
    {
        var wheel = TestWheel.Create("open-door", "1.0");
        Assert.Equal(HttpStatusCode.OK, await Server.UploadStatusAsync("drop", wheel, _bob));
        Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync("drop/simple/open-door/"));
        Assert.Equal(HttpStatusCode.Forbidden, await Server.DeletionStatusAsync("drop", wheel, _bob));
        Assert.Equal(
            HttpStatusCode.Forbidden, await Server.UploadStatusAsync("drop", TestWheel.Create("closed", "1.0"), _bob));
        Assert.Equal(HttpStatusCode.OK, await Server.UploadStatusAsync("drop", TestWheel.Create("bob", "1.0"), _bob));
        Assert.Equal(HttpStatusCode.Unauthorized, await Server.StatusOfAsync("drop/simple/bob/"));
        Assert.Equal(HttpStatusCode.NoContent, await Server.DeletionStatusAsync("drop", wheel, _alice));
    }

    [Fact]
    public async Task A_failed_login_is_logged_with_its_name_and_address_but_without_possible_secrets()
    {
        foreach (var (name, password) in new[] { ("alice", "not-my-password"), ("typed-my-password-here", "x") })
        {
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                await Server.StatusOfAsync("vault/simple/", TwineForm.Basic(name, password)));
        }
        Assert.Equal(HttpStatusCode.Unauthorized, await Server.StatusOfAsync("vault/simple/"));

        await Eventually.IsAsync(
            "both logins are in the log", () => Task.FromResult(Logins().Count >= 2), Server.LogText);
        Assert.Collection(
            Logins(),
            login => Assert.Contains("to 'vault' by alice from 127.0.0.1: The user", login, StringComparison.Ordinal),
            login => Assert.Contains("by an unknown caller from 127.0.0.1: The user", login, StringComparison.Ordinal));
        Assert.DoesNotContain("my-password", Server.LogText(), StringComparison.Ordinal);

        List<string> Logins() =>
            [.. Server.LogText().Split('\n').Where(line => line.Contains("Failed login", StringComparison.Ordinal))];
    }

    async Task AnswersAlikeAsync(string there, string not, AuthenticationHeaderValue? caller, HttpStatusCode status)
    {
        using var one = await Server.GetAsync(there, caller);
        using var other = await Server.GetAsync(not, caller);
        Assert.True(one.StatusCode == status, $"{there}: {one.StatusCode}");
        Assert.True(other.StatusCode == status, $"{not}: {other.StatusCode}");
        Assert.Equal(one.ReasonPhrase!.Replace("secret", "absent", StringComparison.Ordinal), other.ReasonPhrase);
        Assert.Equal(one.Headers.Select(h => h.Key), other.Headers.Select(h => h.Key));
        Assert.Equal(status == HttpStatusCode.Unauthorized, one.Headers.WwwAuthenticate.Count == 1);
    }

    async Task FillAsync()
    {
        foreach (var wheel in (TestWheel[])[_secret, _acme])
            Assert.Equal(HttpStatusCode.OK, await Server.UploadStatusAsync("vault", wheel, _alice));
    }
}
