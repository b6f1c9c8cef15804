using System.Globalization;
using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>Uploads to a group whose member fails, and an upload that is larger than the memory.</summary>
[Collection(nameof(Alone))]
public sealed class UploadsToFailingMemberTests : IAsyncLifetime
{
    const long MiB = 1 << 20;
    readonly GroupAcrossServers _servers = new();
    readonly UploadParts _form = UploadParts.From(TestWheel.Create("demo", "1.0"));

    public ValueTask InitializeAsync() => _servers.InitializeAsync();

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task A_member_that_is_down_is_503_before_the_body_and_after_it()
    {
        await _servers.Member.KillAsync();
        await using var waiting = await RawConnection.OpenAsync(_servers.Group);
        await SendHeadAsync(waiting, 200 * MiB, "Expect: 100-continue");
        MustBeUnavailable(await waiting.ReadAnswerAsync());

        await using var sending = await RawConnection.OpenAsync(_servers.Group);
        await SendHeadAsync(sending, 50 * MiB);
        await sending.SendZerosAsync(50 * MiB);
        MustBeUnavailable(await sending.ReadAnswerAsync());
        await _servers.Member.StartAgainAsync();
    }

    [Fact]
    public async Task A_member_that_dies_during_an_upload_is_503_and_keeps_nothing_of_it()
    {
        var (before, after) = _form.AroundFile();
        await using var connection = await RawConnection.OpenAsync(_servers.Group);
        await SendHeadAsync(connection, before.Length + (100 * MiB) + after.Length);
        await connection.SendAsync(before);
        await connection.SendZerosAsync(50 * MiB);
        await Eventually.IsAsync("the member receives the file", () => Task.FromResult(
            FolderTree.Staged(_servers.MemberFolder).Any(f => f.Length > 0)));
        await _servers.Member.KillAsync();
        await connection.SendZerosAsync(50 * MiB);
        await connection.SendAsync(after);
        MustBeUnavailable(await connection.ReadAnswerAsync());
        await _servers.Member.StartAgainAsync();
        Assert.Equal(HttpStatusCode.NotFound, await _servers.Group.StatusOfAsync("simple/demo/"));
        await Eventually.IsAsync("nothing of it is left", () => Task.FromResult(
            FolderTree.Staged(_servers.MemberFolder).Count == 0));
    }

    [Fact]
    public async Task A_member_that_rejects_the_token_is_503_and_prompts_for_no_password()
    {
        _servers.ForgetKey();
        await Eventually.IsAsync("the other key is in use", 503, async () =>
        {
            await using var connection = await RawConnection.OpenAsync(_servers.Group);
            var body = _form.ToArray();
            await SendHeadAsync(connection, body.Length);
            await connection.SendAsync(body);
            var answer = await connection.ReadAnswerAsync();
            Assert.DoesNotContain("WWW-Authenticate", answer.Headers.Keys, StringComparer.OrdinalIgnoreCase);
            return answer.Status;
        });
    }

    [Fact]
    public async Task An_upload_of_any_size_takes_little_memory_of_the_group()
    {
        var wheel = TestWheel.Create("large", "1.0", payload: 350 << 20);
        // The first one loads what any upload needs.
        await UploadAsync(UploadParts.From(TestWheel.Create("small", "1.0", payload: 8 << 20)).ToArray());
        var before = PeakMemory();
        await UploadAsync(UploadParts.From(wheel).ToArray());
        var grown = PeakMemory() - before;
        Assert.True(grown < 24 * MiB, $"{grown >> 20} MiB more");
        using var file = await _servers.Group.GetAsync($"packages/large/{wheel.FileName}");
        Assert.Equal(wheel.Bytes, await file.Content.ReadAsByteArrayAsync());

        async Task UploadAsync(byte[] body)
        {
            await using var connection = await RawConnection.OpenAsync(_servers.Group);
            await SendHeadAsync(connection, body.Length);
            await connection.SendAsync(body);
            Assert.Equal(200, (await connection.ReadAnswerAsync()).Status);
        }
    }

    /// <summary>The most memory that the group's server has had.</summary>
    long PeakMemory() => File.ReadLines($"/proc/{_servers.Group.ProcessId}/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10)
        .Single();

    Task SendHeadAsync(RawConnection connection, long length, params IEnumerable<string> more) =>
        connection.SendHeadAsync(
        [
            "POST / HTTP/1.1", $"Host: {_servers.Group.Url.Authority}", $"Content-Type: {UploadParts.ContentType}",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}"),
            $"Authorization: {TwineForm.Basic("alice", "alice")}", .. more,
        ]);

    static void MustBeUnavailable(RawResponse answer)
    {
        Assert.Equal(503, answer.Status);
        Assert.Contains("The member 'packages/team-a'", answer.Reason, StringComparison.Ordinal);
        Assert.True(answer.Headers.ContainsKey("Retry-After"));
    }
}
