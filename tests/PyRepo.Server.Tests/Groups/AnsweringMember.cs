using System.Net;
using System.Net.Sockets;
using System.Text;
using PyRepo.Server.Access;
using PyRepo.Server.Groups;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Tests.Groups;

/// <summary>A member that answers an upload in a way of its own, whatever it has received.</summary>
sealed class AnsweringMember : IAsyncDisposable
{
    static readonly MemberTokens _tokens = new("key"u8.ToArray(), null, TimeProvider.System);
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Task _serving;

    /// <param name="serve">Talks to the one client.</param>
    public AnsweringMember(Func<Socket, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    /// <summary>The project that the group's server believes to be uploaded, or null.</summary>
    public string? Uploaded { get; private set; }

    /// <summary>How a group's server uploads to it.</summary>
    public MemberConnector Uploads
    {
        get
        {
            var url = new Uri($"http://{_listener.LocalEndpoint}/");
            return new(
                "packages/team-a", url, new MemberAuthentication(_tokens, "packages/team-a", url),
                project => Uploaded = project.Value);
        }
    }

    /// <summary>Sends an answer that proves that it is the member's own.</summary>
    /// <param name="client">The client.</param>
    /// <param name="request">The head of its request.</param>
    /// <param name="answer">The answer.</param>
    public static async Task AnswerAsync(Socket client, string request, string answer)
    {
        var token = request.Split("Authorization: Bearer ")[1].Split('\r')[0];
        var (status, rest) = (answer.Split("\r\n")[0], answer[answer.IndexOf("\r\n", StringComparison.Ordinal)..]);
        await client.SendAsync(Encoding.ASCII.GetBytes(
            $"{status}\r\n{MemberTokens.AnswerHeader}: {_tokens.SignAnswer(token)}{rest}"));
    }

    /// <summary>Reads until a text has arrived, and returns what has.</summary>
    public static async Task<string> ReadToAsync(Socket client, string text)
    {
        var (seen, searched) = (new StringBuilder(), "");
        var buffer = new byte[4096];
        while (!searched.Contains(text, StringComparison.Ordinal))
        {
            var read = await client.ReceiveAsync(buffer);
            if (read == 0)
                throw new IOException($"The connection ended after {seen.Length} bytes.");
            var received = Encoding.ASCII.GetString(buffer, 0, read);
            seen.Append(received);
            searched = searched[^Math.Min(searched.Length, text.Length)..] + received;
        }
        return seen.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _serving;
        _listener.Dispose();
    }

    async Task ServeAsync(Func<Socket, Task> serve)
    {
        using var client = await _listener.AcceptSocketAsync();
        await serve(client);
    }
}
