using System.Net.Sockets;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Groups;

/// <summary>Connects to a group's member on another server, to upload to it.</summary>
/// <param name="audience">The member, as <c>namespace/name</c>.</param>
/// <param name="url">The URL of its server.</param>
/// <param name="member">Sends the uploads. If it is null, the namespace's key is missing.</param>
/// <param name="uploaded">Is told the project of each upload that the member has accepted.</param>
sealed class MemberConnector(
    string audience, Uri url, MemberAuthentication? member, Action<ProjectName> uploaded)
{
    static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Connects to the member, before anything of the upload is read.</summary>
    /// <exception cref="UpstreamUnavailableException">The member cannot be reached.</exception>
    public async Task<MemberConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (member is null)
            throw Unavailable("cannot be asked, because the namespace's signing key is missing");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_connectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(url.IdnHost, url.Port, limit.Token);
            return new MemberConnection(socket, url, member, uploaded);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is SocketException)
                throw Unavailable("could not be reached", error, error.Message);
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw Unavailable($"did not respond within {_connectTimeout.TotalSeconds} s", error);
            throw;
        }
    }

    UpstreamUnavailableException Unavailable(string why, Exception? cause = null, string? detail = null) =>
        new($"The member '{audience}' {why}.", cause)
        {
            Detail = $"The member '{audience}' {why}{(detail is null ? "" : $": {detail}")}.",
        };
}
