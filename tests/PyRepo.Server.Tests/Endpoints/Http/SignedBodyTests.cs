using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Http;

/// <summary>What the server of a group sends as a body arrives as it was sent, or not at all.</summary>
public sealed class SignedBodyTests
{
    static readonly MemberTokens _tokens = new("the namespace's key"u8.ToArray(), null, new FakeClock());
    readonly string _token = Sign();

    public static TheoryData<int, int, int> Lengths
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            foreach (var length in (int[])[0, 1, 31, 32, 33, 63, 64, 65, 1000, 100_000])
            {
                foreach (var arriving in (int[])[1, 31, 32, 33, 4096])
                {
                    foreach (var buffer in (int[])[1, 7, 32, 8192])
                    {
                        if (length <= 1000 || (arriving > 1 && buffer > 7))
                            data.Add(length, arriving, buffer);
                    }
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task A_body_arrives_as_it_was_sent(int length, int arriving, int buffer)
    {
        var body = RandomNumberGenerator.GetBytes(length);
        Assert.Equal(body, await ReadAsync(await SendAsync(body), arriving, buffer));
    }

    [Fact]
    public async Task A_body_that_was_changed_cut_off_or_sent_with_another_token_has_no_end()
    {
        var sent = await SendAsync(RandomNumberGenerator.GetBytes(200));
        for (var at = 0; at < sent.Length; at++)
        {
            byte[] changed = [.. sent];
            changed[at] ^= 1;
            await MustFailAsync(changed, _token);
            await MustFailAsync(sent[..at], _token);
        }
        await MustFailAsync([.. sent, 0], _token);
        await MustFailAsync([0, .. sent], _token);
        await MustFailAsync(sent, Sign());
        await MustFailAsync([], _token);
    }

    [Fact]
    public async Task The_headers_of_the_body_are_kept_but_for_its_length()
    {
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=\"a b\"");
        Assert.Equal(3, content.Headers.ContentLength);
        using var signed = SignedContent.From(content, _tokens, _token);
        Assert.Equal("multipart/form-data; boundary=\"a b\"", signed.Headers.NonValidated["Content-Type"].ToString());
        Assert.Null(signed.Headers.ContentLength);
        Assert.Equal([1, 2, 3], (await signed.ReadAsByteArrayAsync())[..3]);
    }

    static string Sign() => _tokens.SignRequest(
        "packages/team", null, AccessAction.Upload, "demo", new RequestLine("POST", "/legacy/"));

    async Task<byte[]> SendAsync(byte[] body)
    {
        using var signed = SignedContent.From(new ByteArrayContent(body), _tokens, _token);
        return await signed.ReadAsByteArrayAsync();
    }

    static async Task MustFailAsync(byte[] sent, string token)
    {
        await using var body = new SignedBody(new MemoryStream(sent), _tokens, token);
        await Assert.ThrowsAsync<BadHttpRequestException>(() => body.CopyToAsync(Stream.Null));
    }

    async Task<byte[]> ReadAsync(byte[] sent, int arriving, int length)
    {
        await using var body = new SignedBody(new ArrivingStream(sent, arriving), _tokens, _token);
        var (read, buffer) = (new List<byte>(), new byte[length]);
        while (await body.ReadAsync(buffer) is > 0 and var count)
            read.AddRange(buffer[..count]);
        Assert.Equal(0, await body.ReadAsync(buffer));
        return [.. read];
    }

    /// <summary>A few bytes arrive at a time.</summary>
    sealed class ArrivingStream(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atOnce)], cancellationToken);
    }
}
