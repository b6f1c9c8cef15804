using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Groups;

namespace PyRepo.Server.Tests.Groups;

public sealed class MemberConnectionTests
{
    const string Rejection =
        "HTTP/1.1 400 File already exists: 'a'.\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n400 ";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_response_received_while_the_form_is_sent_is_kept_and_stops_sending(bool readsOn)
    {
        var isDone = new TaskCompletionSource();
        await using var member = new AnsweringMember(async client =>
        {
            // Never beside reading: what is sent into a window that shrinks comes at the pace of the kernel's probes.
            if (!readsOn)
                client.ReceiveBufferSize = 4096;
            var request = await AnsweringMember.ReadToAsync(client, "first bytes");
            await AnsweringMember.AnswerAsync(client, request, Rejection);
            if (readsOn)
                await Assert.ThrowsAnyAsync<Exception>(() => AnsweringMember.ReadToAsync(client, "0\r\n\r\n"));
            else
                await isDone.Task;
        });
        using var form = new ForwardedForm("first bytes"u8.ToArray(), new EndlessBody());
        using var answer = await SendAsync(member, form);
        isDone.SetResult();
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("File already exists: 'a'.", answer.ReasonPhrase);
        Assert.Equal("400 ", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 401 The token is not valid here.\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n")]
    public Task A_member_that_gives_no_usable_answer_is_unavailable(string answer) => MustBeUnavailableAsync(
        (client, request) => AnsweringMember.AnswerAsync(client, request, answer));

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nPyRepo-Member: AAAA\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 507 The disk is full\r\nContent-Length: 0\r\n\r\n")]
    public async Task An_answer_of_another_service_is_not_taken_for_the_members(string answer) => Assert.Null(
        await MustBeUnavailableAsync((client, _) => client.SendAsync(Encoding.ASCII.GetBytes(answer))));

    static async Task<string?> MustBeUnavailableAsync(Func<Socket, string, Task> answer)
    {
        await using var member = new AnsweringMember(async client =>
            await answer(client, await AnsweringMember.ReadToAsync(client, "0\r\n\r\n")));
        using var form = new ForwardedForm("first bytes"u8.ToArray(), new MemoryStream());
        var unavailable = await Assert.ThrowsAsync<UpstreamUnavailableException>(() => SendAsync(member, form));
        Assert.StartsWith("The member 'packages/team-a' ", unavailable.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("http", unavailable.Message, StringComparison.OrdinalIgnoreCase);
        return member.Uploaded;
    }

    [Fact]
    public async Task A_form_aborted_by_its_client_never_looks_complete_to_the_member()
    {
        await using var member = new AnsweringMember(client =>
            Assert.ThrowsAnyAsync<Exception>(() => AnsweringMember.ReadToAsync(client, "0\r\n\r\n")));
        using var form = new ForwardedForm("first bytes"u8.ToArray(), new BrokenBody());
        // As a direct upload does: what the client did wrong is its own status.
        var failure = await Assert.ThrowsAsync<BadHttpRequestException>(() => SendAsync(member, form));
        Assert.Equal(408, failure.StatusCode);
    }

    static async Task<HttpResponseMessage> SendAsync(AnsweringMember member, ForwardedForm form)
    {
        using var connection = await member.Uploads.ConnectAsync(default);
        return await connection.SendAsync(
            "alice", ProjectName.Parse("demo"), ("multipart/form-data; boundary=x", "*/*"), form, default);
    }

    /// <summary>A body that has always more.</summary>
    sealed class EndlessBody : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(buffer.Length);
    }

    /// <summary>A body whose client is too slow.</summary>
    sealed class BrokenBody : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new BadHttpRequestException("Too slow.", 408);
    }
}
