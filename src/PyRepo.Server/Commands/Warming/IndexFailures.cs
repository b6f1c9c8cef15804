using System.Net;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Commands.Warming;

/// <summary>Says why a request failed, what to do, and whether to send it again.</summary>
/// <param name="index">The index, and whether it knows who asks.</param>
/// <param name="clock">Computes how long to wait.</param>
sealed class IndexFailures(IndexAddress index, TimeProvider clock)
{
    /// <summary>How often a request is sent.</summary>
    public const int MaxAttempts = 3;

    static readonly TimeSpan _shortWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(30);

    /// <summary>Says what a server answered. Ours, like others, say in the reason phrase what is wrong.</summary>
    public static string AnswerOf(HttpResponseMessage response, Uri url) =>
        $"{url.Authority} answered {(int)response.StatusCode} {Quote.Bare(response.ReasonPhrase ?? "")}"
            .TrimEnd(' ', '.');

    /// <summary>Rejects what may be asked again, and what depends on who asks.</summary>
    public void Check(HttpResponseMessage response, Uri url)
    {
        var status = response.StatusCode;
        var isKnown = index.Authorization is not null && index.IsOwn(url);
        if (status is HttpStatusCode.Unauthorized)
        {
            throw new IndexException(isKnown
                ? $"{url.Authority} rejects the user or the password (401). Check both."
                : $"{url.Authority} asks for a user and a password (401). Use --user, or --index-url with both.")
            {
                ConcernsAll = isKnown,
            };
        }
        if (status is HttpStatusCode.Forbidden)
            throw new IndexException($"{AnswerOf(response, url)}. Ask who runs it.");
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            var wait = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - clock.GetUtcNow(),
                _ => _shortWait,
            };
            throw new IndexException($"{AnswerOf(response, url)}, {MaxAttempts} times. Try again later.")
            {
                RetryAfter = wait < TimeSpan.Zero ? TimeSpan.Zero : wait < _maxWait ? wait : _maxWait,
            };
        }
    }

    /// <summary>A connection was not made, or broke.</summary>
    public IndexException Broken(Uri url, Exception error)
    {
        var isUnreachable = error is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError,
        };
        var what = isUnreachable ? "cannot be reached" : "broke the transfer off";
        return new IndexException($"{url.Authority} {what}: {error.GetBaseException().Message.TrimEnd('.')}.", error)
        {
            RetryAfter = _shortWait,
            ConcernsAll = isUnreachable && index.IsOwn(url),
        };
    }

    /// <summary>A server sends nothing.</summary>
    public static IndexException Silent(Uri url, Exception error) => new(
        $"{url.Authority} sent nothing for {SilenceTimer.Limit.TotalSeconds:0} seconds.", error)
    {
        RetryAfter = _shortWait,
    };
}
