using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>A group whose members other servers serve, as pods of a cluster do.</summary>
public sealed class AcrossServersTests : IAsyncLifetime
{
    const string Member = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a, namespace: packages }
        spec:
          access:
            usersSecretRef: { name: users }
            grants:
            - { to: [ { user: alice } ], role: Maintainer }
            - { to: [ { user: bob } ], role: Reader, projects: [ "open-*" ] }
        """;

    const string Group = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: packages }
        spec:
          members:
          - { kind: PythonRepository, name: team-a }
          - { kind: ProxyRepository, name: public }
          reserved: [ "coming-*" ]
        """;

    const string Proxy = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: public, namespace: packages }
        spec: { upstream: { url: "http://127.0.0.1:9/simple/" } }
        """;

    // SHA-512 crypt of "alice" and of "bob".
    readonly string _users = Htpasswd("alice", "alice") + Htpasswd("bob", "bob");
    readonly TemporaryFolder _mounted = new();
    PyRepoServer _member = null!;
    PyRepoServer _upstream = null!;
    PyRepoServer _group = null!;

    public async ValueTask InitializeAsync()
    {
        _member = await StartAsync(
            new Dictionary<string, string>
            {
                ["resource.yaml"] = Member,
                ["secrets/users/htpasswd"] = _users,
                ["secrets/pyrepo-signing-key/current"] = "a key that both servers mount",
            },
            "team-a");
        // The proxy member is any server that answers as one: here a hosted one that takes the same tokens.
        _upstream = await StartAsync(
            new Dictionary<string, string>
            {
                ["resource.yaml"] = "apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\n"
                    + "metadata: { name: public, namespace: packages }\n",
                ["secrets/public-credentials/username"] = "publisher",
                ["secrets/public-credentials/password"] = "publisher",
                ["secrets/pyrepo-signing-key/current"] = "a key that both servers mount",
            },
            "public");
        _group = await StartAsync(
            new Dictionary<string, string>
            {
                ["resource.yaml"] = Group,
                ["members/PythonRepository/team-a.yaml"] = Member,
                ["members/ProxyRepository/public.yaml"] = Proxy,
                ["secrets/users/htpasswd"] = _users,
                ["secrets/pyrepo-signing-key/current"] = "a key that both servers mount",
                ["platform.json"] =
                    $$"""{ "members": { "team-a": "{{_member.Url}}", "public": "{{_upstream.Url}}" } }""",
            },
            "all");
        await UploadAsync(_member, TestWheel.Create("acme-lib", "1.0"), "alice");
        await UploadAsync(_member, TestWheel.Create("open-lib", "1.0"), "alice");
        await UploadAsync(_upstream, TestWheel.Create("acme-lib", "9.9"), "publisher");
        await UploadAsync(_upstream, TestWheel.Create("requests", "2.0"), "publisher");
    }

    public async ValueTask DisposeAsync()
    {
        await _group.DisposeAsync();
        await _member.DisposeAsync();
        await _upstream.DisposeAsync();
        _mounted.Dispose();
    }

    [Fact]
    public async Task A_private_name_is_answered_only_by_its_member_and_other_names_by_the_next()
    {
        Assert.Contains("acme_lib-1.0", await TextAsync("simple/acme-lib/", "alice"), StringComparison.Ordinal);
        Assert.DoesNotContain("9.9", await TextAsync("simple/acme-lib/", "alice"), StringComparison.Ordinal);
        Assert.Contains("requests-2.0", await TextAsync("simple/requests/", null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_metadata_and_ranges_work_through_the_group()
    {
        var wheel = TestWheel.Create("acme-lib", "1.0");
        var path = $"packages/acme-lib/{wheel.Sha256[..16]}/{wheel.FileName}";
        using var whole = await GetAsync(path, "alice");
        Assert.Equal(wheel.Bytes, await whole.Content.ReadAsByteArrayAsync());
        using var part = await GetAsync(path, "alice", new RangeHeaderValue(10, 19));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(wheel.Bytes[10..20], await part.Content.ReadAsByteArrayAsync());
        Assert.Contains("Name: acme-lib", await TextAsync(path + ".metadata", "alice"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simple/acme-lib/")]
    [InlineData("simple/acme_lib/")]
    [InlineData("packages/acme-lib/acme_lib-1.0-py3-none-any.whl")]
    [InlineData("packages/acme-lib/acme_lib-1.0-py3-none-any.whl.metadata")]
    [InlineData("pypi/acme-lib/json")]
    [InlineData("@2100-01-01/simple/acme-lib/")]
    [InlineData("api/v1/why/acme-lib/1.0")]
    public async Task A_caller_who_may_not_read_a_private_name_gets_neither_it_nor_the_public_one(string path)
    {
        using var anonymous = await FollowAsync(path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        using var bob = await FollowAsync(path, "bob");
        Assert.Equal(HttpStatusCode.Forbidden, bob.StatusCode);
        using var alice = await FollowAsync(path, "alice");
        Assert.Equal(HttpStatusCode.OK, alice.StatusCode);
    }

    [Theory]
    [InlineData("simple/acme-lib/")]
    [InlineData("simple/acme-nothing/")]
    [InlineData("simple/acme-nothing/?format=application/vnd.pypi.simple.v1+json")]
    [InlineData("pypi/acme-nothing/json")]
    [InlineData("packages/acme-nothing/acme_nothing-1.0-py3-none-any.whl")]
    [InlineData("project/acme-nothing/")]
    [InlineData("api/v1/why/acme-nothing/1.0")]
    public async Task A_caller_who_may_not_read_a_private_member_cannot_discover_its_names(string path)
    {
        using var anonymous = await FollowAsync(path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        using var bob = await FollowAsync(path, "bob");
        Assert.Equal(HttpStatusCode.Forbidden, bob.StatusCode);
        using var alice = await FollowAsync(path, "alice");
        var status = path.Contains("nothing", StringComparison.Ordinal) ? HttpStatusCode.NotFound : HttpStatusCode.OK;
        Assert.Equal(status, alice.StatusCode);
    }

    [Theory]
    [InlineData("team-a", "acme-lib")] // is on its list
    [InlineData("team-a", "coming-lib")] // is reserved
    [InlineData("public", "unheard-of")] // may be any proxy's
    public async Task A_404_from_something_in_front_of_a_member_is_not_its_answer(string member, string project)
    {
        var behind = member == "public" ? _upstream : _member;
        await using var between = await ScriptedUpstream.StartAsync();
        // It lets the list through, and routes the rest to nowhere.
        between.At("/simple/", async context =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(behind.Url, "simple/"));
            request.Headers.Authorization =
                AuthenticationHeaderValue.Parse(context.Request.Headers.Authorization.ToString());
            request.Headers.TryAddWithoutValidation("Accept", Replies.Json);
            using var list = await behind.Http.SendAsync(request);
            await Replies.Bytes(await list.Content.ReadAsByteArrayAsync(), Replies.Json)(context);
        });
        Uri GetUrl(string name, PyRepoServer server) => name == member ? between.Url : server.Url;
        _mounted.Write("all/platform.json", $$"""
            { "members": { "team-a": "{{GetUrl("team-a", _member)}}", "public": "{{GetUrl("public", _upstream)}}" } }
            """);
        await Eventually.IsAsync("nobody answers", HttpStatusCode.ServiceUnavailable, async () =>
        {
            using var answer = await GetAsync($"simple/{project}/", "alice");
            Assert.DoesNotContain("9.9", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            return between.CountOfPage(project) == 0 ? HttpStatusCode.Continue : answer.StatusCode;
        });
    }

    [Fact]
    public async Task Before_its_first_date_a_private_project_shows_no_files_not_even_public_ones()
    {
        var now = await TextAsync("@2100-01-01/simple/acme-lib/", "alice");
        Assert.Contains("acme_lib-1.0", now, StringComparison.Ordinal);
        Assert.Contains("../../../packages/acme-lib/", now, StringComparison.Ordinal);
        var before = await TextAsync("@2020-01-01/simple/acme-lib/", "alice");
        Assert.DoesNotContain("acme_lib-", before, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "requests-2.0", await TextAsync("@2020-01-01/simple/requests/", null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_is_answered_by_the_member_that_has_the_project()
    {
        using var json = System.Text.Json.JsonDocument.Parse(await TextAsync("api/v1/why/requests/2.0", null));
        Assert.Equal("public", json.RootElement.GetProperty("answeredBy")[0].GetString());
        var file = json.RootElement.GetProperty("files")[0];
        Assert.Equal("requests-2.0-py3-none-any.whl", file.GetProperty("file").GetString());
        Assert.True(file.GetProperty("visible").GetBoolean());
    }

    [Fact]
    public async Task While_the_private_member_is_down_its_names_are_answered_by_no_other_member()
    {
        // What the group has seen is the member's, though its list of names may be some seconds old.
        await TextAsync("simple/acme-lib/", "alice");
        await TextAsync("simple/open-lib/", "alice");
        using (var reserved = await GetAsync("simple/coming-lib/", "alice"))
            Assert.Equal(HttpStatusCode.NotFound, reserved.StatusCode);
        await _member.KillAsync();
        foreach (var name in (string[])["acme-lib", "open-lib", "coming-lib"])
        {
            using var answer = await GetAsync($"simple/{name}/", "alice");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
        }
        using var other = await GetAsync("simple/requests/", null);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        await _member.StartAgainAsync();
        await Eventually.IsAsync("the member's names are told again", async () =>
        {
            using var answer = await GetAsync("simple/acme-lib/", "alice");
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Theory]
    [InlineData("pypi/requests/json")]
    [InlineData("pypi/only-sdist/json")]
    [InlineData("pypi/only-sdist/1.0/json")]
    public async Task The_JSON_API_describes_a_members_files(string path)
    {
        var sdist = MadeSdist.Create("only-sdist", "1.0");
        using var upload = new HttpRequestMessage(HttpMethod.Post, _upstream.Url)
        {
            Content = sdist.ToParts().ToContent(),
        };
        upload.Headers.Authorization = TwineForm.Basic("publisher", "publisher");
        using var answer = await _upstream.Http.SendAsync(upload);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"info\"", await TextAsync(path, null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(300)]
    public async Task A_name_or_a_version_that_is_far_too_long_is_not_found(int length)
    {
        var text = new string('a', length);
        foreach (var path in (string[])[
            $"simple/{text}/", $"packages/requests/{text}-1.0.tar.gz", $"packages/{text}/{text}-1.0.tar.gz",
            $"pypi/requests/{text}/json", $"pypi/{text}/json",
            $"packages/requests/0123456789abcdef/requests-1.0.tar.gz?{text}"])
        {
            using var answer = await GetAsync(path, null);
            Assert.True((int)answer.StatusCode is 404 or 414, $"{(int)answer.StatusCode} {path[..30]}");
        }
    }

    [Fact]
    public async Task A_member_rejects_tokens_signed_by_another_key_and_passwords_of_the_group()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_member.Url, "simple/acme-lib/"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "eyJhdWQiOiJ4In0.AAAA");
        using var answer = await _member.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_list_leaves_out_what_the_caller_may_not_read()
    {
        Assert.DoesNotContain("acme-lib", await TextAsync("simple/", null), StringComparison.Ordinal);
        Assert.Contains("requests", await TextAsync("simple/", null), StringComparison.Ordinal);
        Assert.Contains("open-lib", await TextAsync("simple/", "bob"), StringComparison.Ordinal);
        Assert.DoesNotContain("acme-lib", await TextAsync("simple/", "bob"), StringComparison.Ordinal);
        Assert.Contains("acme-lib", await TextAsync("simple/", "alice"), StringComparison.Ordinal);
    }

    /// <summary>Starts a server as the operator does: from a mounted folder, with one repository at the root.</summary>
    Task<PyRepoServer> StartAsync(IReadOnlyDictionary<string, string> files, string root)
    {
        var folder = _mounted.Folder(root);
        foreach (var (path, text) in files)
            _mounted.Write(Path.Combine(root, path), text);
        return PyRepoServer.StartFromAsync(folder, "--root", root);
    }

    static async Task UploadAsync(PyRepoServer server, TestWheel wheel, string user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = TwineForm.From(wheel) };
        request.Headers.Authorization = TwineForm.Basic(user, user);
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    async Task<string> TextAsync(string path, string? user)
    {
        using var answer = await GetAsync(path, user);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    async Task<HttpResponseMessage> FollowAsync(string path, string? user)
    {
        var answer = await GetAsync(path, user);
        if (answer.StatusCode != HttpStatusCode.Found)
            return answer;
        using (answer)
            return await GetAsync(answer.Headers.Location!.ToString().TrimStart('/'), user);
    }

    async Task<HttpResponseMessage> GetAsync(string path, string? user, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_group.Url, path));
        request.Headers.Range = range;
        if (user is not null)
            request.Headers.Authorization = TwineForm.Basic(user, user);
        return await _group.Http.SendAsync(request);
    }

    static string Htpasswd(string user, string password)
    {
        var made = new ProgramRun("openssl", "passwd", "-6", password).RunAsync().GetAwaiter().GetResult();
        return $"{user}:{made.Output.Trim()}\n";
    }
}
