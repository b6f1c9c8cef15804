using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Clients;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>Uploads to a group whose member is on another server.</summary>
public sealed class UploadsAcrossServersTests(GroupAcrossServers servers) : IClassFixture<GroupAcrossServers>
{
    const int MiB = 1 << 20;
    const string UvAccept = "application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7";

    [Theory]
    [ClientData("twine")]
    [ClientData("twine-3.8")]
    [ClientData("uv")]
    [ClientData("poetry")]
    [ClientData("pdm")]
    [ClientData("hatch")]
    [ClientData("flit")]
    public async Task Pip_and_uv_install_from_the_group_what_a_client_uploaded_to_it(string client)
    {
        using var home = new ClientHome();
        var backend = client == "flit" ? BuildBackend.FlitCore : BuildBackend.PdmBackend;
        var project = await new PythonProject(home, $"through-{client.Replace('.', '-')}", backend)
            .Write("value").BuildAsync();
        (await new Publishing(servers.Group.Url, "alice", "alice").RunAsync(client, home, project)).MustSucceed();
        foreach (var installer in (string[])["pip", "uv"])
        {
            using var installation =
                new FreshInstallation(installer, new Uri(servers.Group.Url, "simple/"), project.Name);
            Assert.Equal("value", await installation.PrintAsync($"import {project.Module} as m; print(m.value)"));
        }
    }

    [Theory]
    [ClientData("twine")]
    [ClientData("uv")]
    public Task A_large_file_is_returned_unchanged(string client) =>
        new LargeWheel(servers.Group.Url, "alice", "alice").RoundTripAsync(client, 30 * MiB);

    [Theory]
    [InlineData("alice", "acme-lib", HttpStatusCode.OK)]
    [InlineData("carol", "carol-lib", HttpStatusCode.OK)]
    [InlineData("carol", "acme-lib", HttpStatusCode.Forbidden)] // by the member, for this project
    [InlineData("bob", "acme-lib", HttpStatusCode.Forbidden)] // by the member
    [InlineData("dave", "acme-lib", HttpStatusCode.Forbidden)] // by the group
    [InlineData("nobody", "acme-lib", HttpStatusCode.Unauthorized)]
    [InlineData(null, "acme-lib", HttpStatusCode.Unauthorized)]
    public async Task The_group_and_the_member_both_decide(string? user, string project, HttpStatusCode status)
    {
        var wheel = TestWheel.Create(project, $"1.{Random.Shared.Next()}");
        using var answer = await UploadAsync(servers.Group, UploadParts.From(wheel), user);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
        Assert.Equal(status == HttpStatusCode.OK, await IsListedAsync(wheel));
        if (status == HttpStatusCode.OK)
        {
            await Eventually.IsAsync("the member's log says who uploaded", () => Task.FromResult(
                servers.Member.LogText().Split('\n').Any(line => line.Contains(wheel.FileName, StringComparison.Ordinal)
                    && line.Contains($"\"{user}\"", StringComparison.Ordinal))));
        }
        else if (status == HttpStatusCode.Unauthorized)
            Assert.NotEmpty(answer.Headers.WwwAuthenticate);
    }

    [Theory]
    [InlineData("bob", 403)]
    [InlineData("dave", 403)]
    [InlineData("nobody", 401)]
    public async Task A_client_that_expects_100_Continue_without_permission_sends_no_body(string user, int status)
    {
        await using var connection = await RawConnection.OpenAsync(servers.Group);
        await SendHeadAsync(connection, 200 * MiB, user, "Expect: 100-continue");
        Assert.Equal(status, (await connection.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task A_client_that_expects_100_Continue_with_permission_receives_it()
    {
        var wheel = TestWheel.Create("waiting", "1.0");
        var body = UploadParts.From(wheel).ToArray();
        await using var connection = await RawConnection.OpenAsync(servers.Group);
        await SendHeadAsync(connection, body.Length, "alice", "Expect: 100-continue");
        Assert.Equal(100, (await connection.ReadAnswerAsync()).Status);
        await connection.SendAsync(body);
        Assert.Equal(200, (await connection.ReadAnswerAsync()).Status);
        Assert.True(await IsListedAsync(wheel));
    }

    public static TheoryData<string> Rejections { get; } =
        ["exists", "digest", "archive", "no version", "other name", "submit", "no file",
            "no name", "bad name", "empty"];

    [Theory]
    [MemberData(nameof(Rejections))]
    public async Task The_members_answer_is_passed_on_verbatim(string kind)
    {
        var wheel = TestWheel.Create("judged", "1.0");
        using (var first = await UploadAsync(servers.Member, UploadParts.From(wheel), "alice"))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var form = kind switch
        {
            "exists" => UploadParts.From(TestWheel.Create("judged", "1.0", seed: 1)),
            "digest" => UploadParts.From(wheel).With("sha256_digest", new string('0', 64)),
            "archive" => new UploadParts([.. UploadParts.From(wheel).Without("sha256_digest").Parts
                .Select(p => p.FileName is null
                    ? p
                    : p with { Value = p.Value[..^40], FileName = "judged-2.0-py3-none-any.whl" })])
                .With("version", "2.0"),
            "no version" => UploadParts.From(wheel).Without("version"),
            "other name" => UploadParts.From(wheel).With("name", "other"),
            "submit" => UploadParts.From(wheel).With(":action", "submit"),
            "no file" => UploadParts.From(wheel).Without("content"),
            "no name" => UploadParts.From(wheel).Without("name").Without("content"),
            "bad name" => UploadParts.From(wheel).With("name", "-"),
            _ => new UploadParts([]),
        };
        foreach (var accept in (string?[])[null, UvAccept])
        {
            using var direct = await UploadAsync(servers.Member, form, "alice", accept);
            using var through = await UploadAsync(servers.Group, form, "alice", accept);
            Assert.True((int)direct.StatusCode is >= 400 and < 500, $"{direct.StatusCode}");
            Assert.Equal(await TextOfAsync(direct), await TextOfAsync(through));
        }
    }

    /// <summary>The group's server lets the member take an upload, not a Maintainer's word.</summary>
    [Fact]
    public async Task An_upload_that_sets_its_upload_time_is_referred_to_the_member_itself()
    {
        var form = UploadParts.From(TestWheel.Create("promoted", "1.0")).Add("upload_time", "2024-01-02T03:04:05Z");
        using var answer = await UploadAsync(servers.Group, form, "alice");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("use the URL of the repository itself", answer.ReasonPhrase, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uploading_the_same_file_again_succeeds()
    {
        var wheel = TestWheel.Create("twice", "1.0");
        foreach (var _ in (int[])[1, 2])
        {
            using var answer = await UploadAsync(servers.Group, UploadParts.From(wheel), "alice");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_file_above_the_members_limit_is_rejected_after_it_was_read()
    {
        var (before, after) = UploadParts.From(TestWheel.Create("large", "1.0")).AroundFile();
        await using var connection = await RawConnection.OpenAsync(servers.Group);
        await SendHeadAsync(connection, before.Length + (450L * MiB) + after.Length, "alice");
        await connection.SendAsync(before);
        await connection.SendZerosAsync(450L * MiB);
        await connection.SendAsync(after);
        var answer = await connection.ReadAnswerAsync();
        Assert.Equal(413, answer.Status);
        Assert.Contains("400Mi", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alice", "first-lib", HttpStatusCode.OK)]
    [InlineData("carol", "first-lib", HttpStatusCode.Forbidden)]
    [InlineData("carol", "carol-first", HttpStatusCode.OK)]
    public async Task The_file_may_come_before_the_name(string user, string project, HttpStatusCode status)
    {
        var wheel = TestWheel.Create(project, user == "alice" ? "1.0" : "2.0", payload: 3 * MiB);
        using var answer = await UploadAsync(servers.Group, UploadParts.From(wheel).FileFirst(), user);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
        Assert.Equal(status == HttpStatusCode.OK, await IsListedAsync(wheel));
    }

    [Fact]
    public async Task A_file_of_another_project_than_the_name_after_it_is_rejected()
    {
        var wheel = TestWheel.Create("acme-hidden", "1.0");
        var form = UploadParts.From(wheel).WithFileName("carol_x-1.0-py3-none-any.whl").FileFirst();
        using var answer = await UploadAsync(servers.Group, form, "carol");
        Assert.True((int)answer.StatusCode is 400 or 403, $"{answer.StatusCode}");
        Assert.False(await IsListedAsync(wheel));
    }

    [Fact]
    public async Task A_name_after_megabytes_of_other_fields_is_rejected()
    {
        var wheel = TestWheel.Create("late", "1.0");
        var form = new UploadParts([]).Add("description", new string('x', 2 * MiB));
        using var answer = await UploadAsync(
            servers.Group, new UploadParts([.. form.Parts, .. UploadParts.From(wheel).Parts]), "alice");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("'name'", answer.ReasonPhrase, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://evil.example.com")]
    public async Task A_cross_site_request_is_not_passed_on(string header, string value)
    {
        var wheel = TestWheel.Create("cross", "1.0");
        using var request = GetRequest(servers.Group, UploadParts.From(wheel), "alice");
        request.Headers.Add(header, value);
        using var answer = await servers.Group.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(await IsListedAsync(wheel));
    }

    [Fact]
    public async Task The_member_keeps_nothing_of_a_client_that_disconnects()
    {
        var (before, after) = UploadParts.From(TestWheel.Create("gone", "1.0")).AroundFile();
        await using var connection = await RawConnection.OpenAsync(servers.Group);
        await SendHeadAsync(connection, before.Length + (100L * MiB) + after.Length, "alice");
        await connection.SendAsync(before);
        await connection.SendZerosAsync(50 * MiB);
        await Eventually.IsAsync("the member receives the file", () => Task.FromResult(
            FolderTree.Staged(servers.MemberFolder).Any(f => f.Length > 0)));
        connection.Reset();
        await Eventually.IsAsync("the member has thrown it away", () => Task.FromResult(
            FolderTree.Staged(servers.MemberFolder).Count == 0));
        Assert.False(await IsListedAsync(TestWheel.Create("gone", "1.0")));
    }

    Task SendHeadAsync(RawConnection connection, long length, string user, params IEnumerable<string> more) =>
        connection.SendHeadAsync(
        [
            "POST /legacy/ HTTP/1.1", $"Host: {servers.Group.Url.Authority}",
            $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}"),
            $"Authorization: {TwineForm.Basic(user, user)}", .. more,
        ]);

    async Task<bool> IsListedAsync(TestWheel wheel)
    {
        using var page = await servers.Group.GetAsync($"simple/{wheel.Project}/");
        return page.StatusCode == HttpStatusCode.OK
            && (await page.Content.ReadAsStringAsync()).Contains(wheel.Sha256, StringComparison.Ordinal);
    }

    static async Task<string> TextOfAsync(HttpResponseMessage answer) =>
        $"{(int)answer.StatusCode} {answer.ReasonPhrase}\n{answer.Content.Headers.ContentType}\n"
        + $"{answer.Headers.CacheControl}\n{await answer.Content.ReadAsStringAsync()}";

    static async Task<HttpResponseMessage> UploadAsync(
        PyRepoServer server, UploadParts form, string? user, string? accept = null)
    {
        using var request = GetRequest(server, form, user);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await server.Http.SendAsync(request);
    }

    static HttpRequestMessage GetRequest(PyRepoServer server, UploadParts form, string? user) =>
        new(HttpMethod.Post, new Uri(server.Url, "legacy/"))
        {
            Content = form.ToContent(),
            Headers = { Authorization = user is null ? null : TwineForm.Basic(user, user) },
        };
}
