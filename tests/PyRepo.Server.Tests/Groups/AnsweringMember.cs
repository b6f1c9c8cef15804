using System.Net;
using System.Net.Sockets;
using System.Text;
using PyRepo.Server.Access;
using PyRepo.Server.Groups;

namespace PyRepo.Server.Tests.Groups;

/// <summary>A member that answers an upload in a way of its own, whatever it has received.</summary>
sealed class AnsweringMember : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Task _serving;

    /// <param name="serve">Talks to the one client.</param>
    public AnsweringMember(Func<Socket, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    /// <summary>How a group's server uploads to it.</summary>
    public MemberConnector Uploads => new(
        "packages/team-a", new Uri($"http://{_listener.LocalEndpoint}/"),
        new MemberTokens("key"u8.ToArray(), null, TimeProvider.System));

    /// <summary>Reads until a text has arrived.</summary>
    public static async Task ReadToAsync(Socket client, string text)
    {
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await client.ReceiveAsync(buffer);
            if (read == 0)
                throw new IOException($"The connection ended after: {seen}");
            seen.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
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
