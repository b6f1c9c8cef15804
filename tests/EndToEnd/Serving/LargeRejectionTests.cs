using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace EndToEnd.Serving;

/// <summary>
/// Clients read no answer before they have sent everything: a client that sends a large file sees the message all the
/// same, and no connection reset.
/// </summary>
[Collection(nameof(Alone))]
public sealed class LargeRejectionTests(LargeRejectionsServer fixture) : IClassFixture<LargeRejectionsServer>
{
    const long MiB = 1 << 20;
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0");
    static readonly UploadParts _wrongName = UploadParts.From(_wheel).With("name", "other");
    PyRepoServer Server => fixture.Server;

    [Fact]
    public async Task A_large_body_that_its_fields_reject_is_read_to_its_end_and_not_stored()
    {
        var before = FolderTree.GetSize(Server.Data);
        await using var connection = await RawConnection.OpenAsync(Server);
        var answer = await SendAsync(connection, "team", _wrongName, 200 * MiB, sent =>
        {
            Assert.Equal(before, FolderTree.GetSize(Server.Data));
            return Task.CompletedTask;
        });
        MustBe(answer, HttpStatusCode.BadRequest, "'other'");
    }

    [Fact]
    public async Task A_large_body_above_the_limit_is_read_to_its_end_and_discarded_immediately()
    {
        var before = FolderTree.GetSize(Server.Data);
        await using var connection = await RawConnection.OpenAsync(Server);
        var answer = await SendAsync(connection, "team", UploadParts.From(_wheel), 200 * MiB, async sent =>
        {
            if (sent == 180 * MiB)
            {
                await Eventually.IsAsync(
                    "what was stored is thrown away while the rest still comes",
                    () => Task.FromResult(FolderTree.GetSize(Server.Data) == before));
            }
        });
        MustBe(answer, HttpStatusCode.RequestEntityTooLarge, "150Mi");
    }

    [Theory]
    [InlineData("paused/", HttpStatusCode.ServiceUnavailable)]
    [InlineData("nowhere/", HttpStatusCode.NotFound)]
    [InlineData("nowhere/legacy/", HttpStatusCode.NotFound)]
    [InlineData("team/elsewhere/", HttpStatusCode.NotFound)]
    [InlineData("team/simple/", HttpStatusCode.MethodNotAllowed)]
    public async Task A_large_body_sent_to_a_wrong_path_is_rejected_after_it_was_read(
        string path, HttpStatusCode status)
    {
        await using var connection = await RawConnection.OpenAsync(Server);
        await connection.SendHeadAsync(
            $"POST /{path} HTTP/1.1", $"Host: {Server.Url.Authority}", $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {200 * MiB}"));
        await connection.SendZerosAsync(200 * MiB);
        MustBe(await connection.ReadAnswerAsync(), status, "");
    }

    [Fact]
    public async Task A_large_body_with_a_wrong_password_is_rejected_after_it_was_read()
    {
        await using var connection = await RawConnection.OpenAsync(Server);
        await connection.SendHeadAsync(
            "POST /team/legacy/ HTTP/1.1", $"Host: {Server.Url.Authority}", $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {200 * MiB}"),
            $"Authorization: {TwineForm.Basic("publisher", "wrong")}");
        await connection.SendZerosAsync(200 * MiB);
        MustBe(await connection.ReadAnswerAsync(), HttpStatusCode.Unauthorized, "password");
    }

    [Fact]
    public async Task A_large_body_that_a_browser_sent_from_another_site_is_rejected_after_it_was_read()
    {
        await using var connection = await RawConnection.OpenAsync(Server);
        await connection.SendHeadAsync(
            "POST /team/ HTTP/1.1", $"Host: {Server.Url.Authority}", $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {200 * MiB}"), "Sec-Fetch-Site: cross-site");
        await connection.SendZerosAsync(200 * MiB);
        MustBe(await connection.ReadAnswerAsync(), HttpStatusCode.Forbidden, "another site");
    }

    [Fact]
    public async Task A_large_body_over_a_slow_line_gets_the_message_too()
    {
        await Task.WhenAll(
            SlowAsync("team", _wrongName, HttpStatusCode.BadRequest, "'other'"),
            SlowAsync("small", UploadParts.From(_wheel), HttpStatusCode.RequestEntityTooLarge, "40Mi"));

        async Task SlowAsync(string repository, UploadParts form, HttpStatusCode status, string word)
        {
            var began = Stopwatch.GetTimestamp();
            await using var connection = await RawConnection.OpenAsync(Server);
            // 10 MB/s: the line is as slow as it is, nothing is waited for here.
            var answer = await SendAsync(connection, repository, form, 60 * MiB, sent =>
            {
                var due = TimeSpan.FromSeconds(sent / 10e6) - Stopwatch.GetElapsedTime(began);
                return due > TimeSpan.Zero ? Task.Delay(due) : Task.CompletedTask;
            });
            MustBe(answer, status, word);
        }
    }

    [Fact]
    public async Task A_body_with_a_wrong_password_that_stops_is_rejected_after_some_seconds()
    {
        await using var connection = await RawConnection.OpenAsync(Server);
        await connection.SendHeadAsync(
            "POST /team/legacy/ HTTP/1.1", $"Host: {Server.Url.Authority}", $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {200 * MiB}"),
            $"Authorization: {TwineForm.Basic("publisher", "wrong")}");
        await connection.SendZerosAsync(3 * MiB);
        var answer = connection.ReadAnswerAsync();
        await Eventually.IsAsync("the response", () => Task.FromResult(answer.IsCompleted));
        MustBe(await answer, HttpStatusCode.Unauthorized, "password");
        await connection.WaitForEndAsync();
    }

    [Fact]
    public async Task A_client_that_expects_100_Continue_is_rejected_before_the_body_where_possible()
    {
        await using var connection = await RawConnection.OpenAsync(Server);
        await connection.SendHeadAsync(
            "POST /team/legacy/ HTTP/1.1", $"Host: {Server.Url.Authority}", $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {200 * MiB}"), "Expect: 100-continue",
            $"Authorization: {TwineForm.Basic("publisher", "wrong")}");
        MustBe(await connection.ReadAnswerAsync(), HttpStatusCode.Unauthorized, "password");
    }

    [Fact]
    public async Task A_client_that_received_100_Continue_is_rejected_after_the_body()
    {
        await using var connection = await RawConnection.OpenAsync(Server);
        var (before, after) = _wrongName.AroundFile();
        await connection.SendUploadHeadAsync(
            Server, "team", before.Length + (200 * MiB) + after.Length, "Expect: 100-continue");
        Assert.Equal(100, (await connection.ReadAnswerAsync()).Status);
        await connection.SendAsync(before);
        await connection.SendZerosAsync(200 * MiB);
        await connection.SendAsync(after);
        MustBe(await connection.ReadAnswerAsync(), HttpStatusCode.BadRequest, "'other'");
    }

    [Fact]
    public async Task After_a_rejection_the_same_connection_takes_the_next_upload()
    {
        await using var connection = await RawConnection.OpenAsync(Server);
        var refused = await SendAsync(connection, "team", _wrongName, 10 * MiB, _ => Task.CompletedTask);
        MustBe(refused, HttpStatusCode.BadRequest, "'other'");
        var body = UploadParts.From(TestWheel.Create("next", "1.0")).ToArray();
        await connection.SendUploadHeadAsync(Server, "team", body.Length);
        await connection.SendAsync(body);
        Assert.Equal(200, (await connection.ReadAnswerAsync()).Status);
    }

    /// <summary>Sends all of a form whose file holds zeros, and only then reads the answer.</summary>
    async Task<RawResponse> SendAsync(
        RawConnection connection, string repository, UploadParts form, long size, Func<long, Task> afterEach)
    {
        var (before, after) = form.AroundFile();
        await connection.SendUploadHeadAsync(Server, repository, before.Length + size + after.Length);
        await connection.SendAsync(before);
        for (var sent = MiB; sent <= size; sent += MiB)
        {
            await connection.SendZerosAsync(MiB);
            await afterEach(sent);
        }
        await connection.SendAsync(after);
        return await connection.ReadAnswerAsync();
    }

    static void MustBe(RawResponse answer, HttpStatusCode status, string word)
    {
        Assert.True(answer.Status == (int)status, $"{answer.Status} {answer.Reason}");
        Assert.Contains(word, answer.Reason, StringComparison.Ordinal);
        Assert.Equal($"{answer.Status} {answer.Reason}\n", answer.Text);
        Assert.EndsWith(".", answer.Reason, StringComparison.Ordinal);
    }
}
