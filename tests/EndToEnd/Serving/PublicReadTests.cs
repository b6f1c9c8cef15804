using System.Net;
using System.Net.Http.Headers;

namespace EndToEnd.Serving;

/// <summary>
/// What anyone may read needs no right credentials, though clients send what a netrc or a variable has.
/// </summary>
public sealed class PublicReadTests(PublicReadTests.Repositories fixture) : IClassFixture<PublicReadTests.Repositories>
{
    static readonly TestWheel _wheel = TestWheel.Create("open-door", "1.0");
    readonly PyRepoServer _server = fixture.Server;

    public static TheoryData<string> Headers =>
    [
        "Basic Og==", // of an empty user and password, as uv sends them
        TwineForm.Basic("alice", "wrong").ToString(),
        TwineForm.Basic("nobody", "x").ToString(),
        TwineForm.Basic("alice", "correct-horse\0").ToString(),
        "Basic",
        "Basic !!!",
        "Basic YWxpY2U=",
        "Bearer eyJhdWQiOiJ4In0.AAAA",
        "Negotiate YII=",
        "x",
    ];

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Public_content_is_served_and_cacheable_whatever_credentials_are_sent(string header)
    {
        foreach (var (path, isPublic) in Paths("open").Append(("open/", false)).Append(("open/simple/", true)))
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                using var answer = await SendAsync(method, path, header);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
                Assert.Equal(isPublic, answer.Headers.CacheControl!.Public);
            }
        }
        // A part of this repository is public.
        foreach (var (path, _) in Paths("drop"))
        {
            using var answer = await SendAsync(HttpMethod.Get, path, header);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
            Assert.True(answer.Headers.CacheControl!.Public);
        }
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Private_content_and_every_change_require_valid_credentials(string header)
    {
        foreach (var path in (string[])["drop/simple/", "drop/", "drop/simple/closed/", "drop/pypi/closed/json",
            "drop/packages/closed/closed-1.0-py3-none-any.whl"])
        {
            using var read = await SendAsync(HttpMethod.Get, path, header);
            Assert.True(read.StatusCode == HttpStatusCode.Unauthorized, $"{path}: {read.StatusCode}");
        }
        using var upload = await SendAsync(HttpMethod.Post, "open/", header, TwineForm.From(_wheel));
        Assert.Equal(HttpStatusCode.Unauthorized, upload.StatusCode);
        using var deletion = await SendAsync(
            HttpMethod.Delete, $"open/api/v1/projects/{_wheel.Project}/files/{_wheel.FileName}", header);
        Assert.Equal(HttpStatusCode.Unauthorized, deletion.StatusCode);
    }

    [Fact]
    public async Task A_list_shows_each_caller_what_they_may_read()
    {
        using var anonymous = await _server.GetAsync("drop/simple/");
        Assert.Equal(HttpStatusCode.OK, anonymous.StatusCode);
        Assert.DoesNotContain("closed", await anonymous.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var alice = await _server.GetAsync("drop/simple/", TwineForm.Basic("alice", "correct-horse"));
        Assert.Contains("closed", await alice.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(alice.Headers.CacheControl!.Private);
    }

    static IEnumerable<(string Path, bool IsPublic)> Paths(string repository) =>
        from path in (string[])[
            $"simple/{_wheel.Project}/",
            $"packages/{_wheel.Project}/{_wheel.FileName}",
            $"packages/{_wheel.Project}/{_wheel.Sha256[..16]}/{_wheel.FileName}",
            $"packages/{_wheel.Project}/{_wheel.Sha256[..16]}/{_wheel.FileName}.metadata",
            $"pypi/{_wheel.Project}/json"]
        select ($"{repository}/{path}", true);

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string header, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_server.Url, path)) { Content = body };
        request.Headers.TryAddWithoutValidation("Authorization", header);
        return await _server.Http.SendAsync(request);
    }

    /// <summary>A public repository, and one of which a part is public.</summary>
    public sealed class Repositories() : RunningServer(Manifest.All(
        Manifest.Create("open", "{ access: { usersSecretRef: { name: users } } }"),
        Manifest.Create("drop", """
            { access: { usersSecretRef: { name: users }, grants: [
              { to: [ { anyone: {} } ], role: Reader, projects: [ "open-*" ] },
              { to: [ { user: alice } ], role: Maintainer } ] } }
            """),
        Manifest.AliceAndBob("users"))), IAsyncLifetime
    {
        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            AuthenticationHeaderValue alice = TwineForm.Basic("alice", "correct-horse");
            foreach (var (repository, wheel) in (
                (string, TestWheel)[])[("open", _wheel), ("drop", _wheel), ("drop", TestWheel.Create("closed", "1.0"))])
            {
                Assert.Equal(HttpStatusCode.OK, await Server.UploadStatusAsync(repository, wheel, alice));
            }
        }
    }
}
