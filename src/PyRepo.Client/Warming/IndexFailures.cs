using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Problems;

namespace PyRepo.Client.Warming;

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
    public static string GetAnswer(HttpResponseMessage response, Uri url) =>
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
                : $"{url.Authority} requires a user and a password (401). Use --user, or --index-url with both.")
            {
                ConcernsAll = isKnown,
            };
        }
        if (status is HttpStatusCode.Forbidden)
            throw new IndexException($"{GetAnswer(response, url)}. Contact its administrator.");
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            var wait = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - clock.GetUtcNow(),
                _ => _shortWait,
            };
            throw new IndexException($"{GetAnswer(response, url)}, {MaxAttempts} times. Try again later.")
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

/// <summary>An index does not answer a request as it should.</summary>
/// <param name="message">The failure, and its remedy.</param>
/// <param name="inner">The cause.</param>
sealed class IndexException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long to wait before the same is asked again; null if that would not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a file was fetched, and is another one than the locked one.</summary>
    public bool IsAnotherFile { get; init; }

    /// <summary>Whether every other request would fail, too.</summary>
    public bool ConcernsAll { get; init; }
}

/// <summary>Where an index is, and who asks it.</summary>
/// <param name="Url">The URL of the list of projects, without credentials, with a slash at the end.</param>
sealed partial record IndexAddress(Uri Url)
{
    /// <summary>The credentials for the index, if any. No other origin may see them.</summary>
    public AuthenticationHeaderValue? Authorization { get; private init; }

    /// <summary>
    /// Reads a URL as <c>pip --index-url</c> and <c>uv --default-index</c> take it: with a user and a password, if the
    /// index needs them, and with <c>NAME=</c> before it.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IndexAddress? index)
    {
        index = null;
        if (!Uri.TryCreate(NameOfIndex.Replace(text.Trim(), ""), UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https"))
        {
            return false;
        }
        var bare = new UriBuilder(url) { UserName = "", Password = "", Fragment = "", Query = "" };
        if (!bare.Path.EndsWith('/'))
            bare.Path += "/";
        index = new IndexAddress(bare.Uri);
        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
            index = index.As(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password.FirstOrDefault("")));
        return true;
    }

    /// <summary>The same index, asked by somebody.</summary>
    public IndexAddress As(string user, string password) => this with
    {
        Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))),
    };

    /// <summary>The URL of a project's page.</summary>
    public Uri GetPage(ProjectName project) => new(Url, $"{project.Value}/");

    /// <summary>Whether a URL has the origin of the index.</summary>
    public bool IsOwn(Uri url) => UpstreamSettings.SameOrigin(Url, url);

    /// <summary>The URL, which has no password.</summary>
    public override string ToString() => Url.AbsoluteUri;

    [GeneratedRegex("^[A-Za-z0-9_.-]+=(?=https?:)", RegexOptions.CultureInvariant)]
    static partial Regex NameOfIndex { get; }
}
