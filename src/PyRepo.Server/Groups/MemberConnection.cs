using System.Net;
using System.Net.Sockets;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Groups;

/// <summary>A connection to a group's member on another server, for one upload.</summary>
sealed class MemberConnection : IDisposable
{
    /// <summary>The longest body of an answer. A message is far shorter.</summary>
    const int MaxAnswerLength = 64 << 10;

    readonly Uri _url;
    readonly MemberAuthentication _member;
    readonly Action<ProjectName> _uploaded;
    readonly Socket _socket;
    readonly HttpMessageInvoker _client;
    EarlyAnswerStream? _stream;

    public MemberConnection(Socket socket, Uri url, MemberAuthentication member, Action<ProjectName> uploaded)
    {
        (_socket, _url, _member, _uploaded) = (socket, url, member, uploaded);
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = (_, _) => new(new NetworkStream(_socket)),
            PlaintextStreamFilter = (context, _) => new(_stream = new EarlyAnswerStream(context.PlaintextStream)),
        });
    }

    /// <summary>Passes an upload on. The form is not changed.</summary>
    /// <param name="user">The caller's name for the member's records, or null for an anonymous caller.</param>
    /// <param name="project">The project that the caller may upload to.</param>
    /// <param name="headers">The form's content type, and the formats that the client accepts for messages.</param>
    /// <param name="form">The form.</param>
    /// <param name="cancellationToken">Canceled when the client disconnects.</param>
    /// <returns>The member's answer with its body. It may come before the whole form is sent.</returns>
    /// <exception cref="UpstreamUnavailableException">There is no answer of the member's own.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        string? user, ProjectName project, (string ContentType, string Accept) headers, ForwardedForm form,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_url, "legacy/")) { Content = form };
        request.Headers.UserAgent.ParseAdd(OwnUserAgent.Text);
        request.Headers.TryAddWithoutValidation("Accept", headers.Accept);
        form.Headers.TryAddWithoutValidation("Content-Type", headers.ContentType);
        form.IsAnswered = () => _stream is { IsAnswered: true };
        form.Sent = () => limit.CancelAfter(ServerLimits.MaxMemberAnswerTime);
        try
        {
            var answer = await _member.For(AccessAction.Upload, user)
                .SendAsync(_client, request, project, limit.Token);
            if (answer.IsSuccessStatusCode)
                _uploaded(project);
            await answer.Content.LoadIntoBufferAsync(MaxAnswerLength, limit.Token);
            return IsForClient(answer.StatusCode)
                ? answer
                : throw Unavailable($"answered {(int)answer.StatusCode} to this server's token");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            form.ThrowReadFailure();
            if (cancellationToken.IsCancellationRequested)
                throw;
            throw error is OperationCanceledException
                ? Unavailable($"did not respond within {ServerLimits.MaxMemberAnswerTime.TotalMinutes} min", error)
                : Unavailable("broke off the upload", error, error.GetBaseException().Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _socket.Dispose();
    }

    /// <summary>
    /// Whether the client may see a status. The group has decided on the client's credentials, so that a 401 concerns
    /// the token.
    /// </summary>
    static bool IsForClient(HttpStatusCode status) =>
        (int)status is (>= 200 and < 300) or (>= 400 and not 401);

    UpstreamUnavailableException Unavailable(string why, Exception? cause = null, string? detail = null) =>
        new($"{_member.Name} {why}.", cause)
        {
            Detail = $"{_member.Name} {why}{(detail is null ? "" : $": {detail.TrimEnd('.')}")}.",
        };
}
