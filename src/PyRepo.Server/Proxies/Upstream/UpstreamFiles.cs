using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using PyRepo.Downloads;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Statistics;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>Reads the files that another index links to. They may be on other hosts.</summary>
sealed class UpstreamFiles(
    UpstreamSettings settings, UpstreamConnection connection, CircuitBreaker ownHost, TimeProvider clock,
    ILogger logger)
{
    readonly HostBreakers _breakers = new(ownHost, clock, logger);
    UpstreamSettings _settings = settings;
    UpstreamConnection _connection = connection;

    /// <summary>Uses a new connection from now on.</summary>
    public void Use(UpstreamSettings changed, UpstreamConnection to)
    {
        (_settings, _connection) = (changed, to);
        _breakers.Clear();
    }

    /// <summary>Opens a file.</summary>
    /// <param name="url">The URL of the file.</param>
    /// <param name="project">The project that the file belongs to.</param>
    /// <param name="method">GET, or HEAD for the headers alone.</param>
    /// <param name="offset">The first byte to send.</param>
    /// <param name="cancellationToken">Cancels the request until its headers have arrived.</param>
    /// <param name="allowsGzip">Whether the caller decompresses what upstream compressed without being asked.</param>
    /// <param name="client">The client that the index is told about, if it is a member of a group.</param>
    /// <param name="download">The download that the member is told about, if a log may be kept of it.</param>
    /// <returns>
    /// The response (200, or 206 if an offset was requested), with the bytes unmodified. The caller disposes it.
    /// </returns>
    /// <exception cref="UpstreamUnavailableException">The index does not provide the file.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        Uri url, ProjectName project, HttpMethod method, long offset, CancellationToken cancellationToken,
        bool allowsGzip = false, DownloadClient? client = null, RequestedDownload? download = null)
    {
        var (connection, name) = (_connection, _settings.Name);
        var (response, final) = await connection.SendAsync(
            method, url, project, _breakers.GetBreaker(url, _settings, _connection),
            headers =>
            {
                headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
                if (client is not null)
                    headers.UserAgent.ParseAdd(UserAgent.GetComment(client));
            },
            cancellationToken, download is null ? null : request => RequestedDownloads.Set(request, download));
        var expected = offset > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK;
        if (response.StatusCode == expected && (allowsGzip || IsUnmodified(response, url)))
            return response;
        using (response)
        {
            throw connection.Unusable(
                final, $"{name} answered {(int)response.StatusCode} for the file.", response.StatusCode,
                $"{name} answered {(int)response.StatusCode} for the file {url.AbsolutePath}.");
        }
    }

    /// <summary>
    /// Whether the parts of a file are to be believed before its hash is known: only those that upstream's own origin
    /// sends over TLS, as it sends the page.
    /// </summary>
    public bool IsAuthentic(Uri url) => _connection.IsAuthentic(url);

    /// <summary>Reads the last bytes of a file, if upstream itself sends them over TLS, and answers ranges.</summary>
    /// <returns>The bytes and the length of the whole file, or null if it does not.</returns>
    /// <exception cref="UpstreamUnavailableException">The index does not provide the file.</exception>
    public async Task<(byte[] Tail, long Length)?> ReadTailAsync(
        Uri url, ProjectName project, int maxLength, CancellationToken cancellationToken)
    {
        if (!IsAuthentic(url))
            return null;
        return await ReadRangeAsync(
            url, project, new RangeItemHeaderValue(null, maxLength), isAuthentic: true, cancellationToken)
            is var (tail, from, length) && from + tail.Length == length ? (tail, length) : null;
    }

    /// <summary>Reads some bytes of a file, if upstream answers ranges.</summary>
    /// <param name="url">The URL of the file.</param>
    /// <param name="project">The project that the file belongs to.</param>
    /// <param name="range">The bytes: from the first to the last, or only how many at the end.</param>
    /// <param name="isAuthentic">Whether only upstream itself may send them, over TLS.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The bytes, where they are, and the length of the whole file; or null if it does not.</returns>
    /// <exception cref="UpstreamUnavailableException">The index does not provide the file.</exception>
    public async Task<(byte[] Bytes, long From, long Length)?> ReadRangeAsync(
        Uri url, ProjectName project, RangeItemHeaderValue range, bool isAuthentic, CancellationToken cancellationToken)
    {
        var connection = _connection;
        var maxLength = range.From is { } first ? range.To!.Value - first + 1 : range.To!.Value;
        var (response, final) = await connection.SendAsync(
            HttpMethod.Get, url, project, _breakers.GetBreaker(url, _settings, connection),
            headers =>
            {
                headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                headers.Range = new RangeHeaderValue(range.From, range.To);
            },
            cancellationToken);
        using (response)
        {
            if (response.StatusCode is not HttpStatusCode.PartialContent || !IsUnmodified(response, url)
                || (isAuthentic && !connection.IsAuthentic(final))
                || response.Content.Headers.ContentRange
                    is not { Unit: "bytes", From: { } from, To: { } to, Length: { } length }
                || to < from || to >= length || to - from >= maxLength || (range.From is { } start && start != from))
            {
                return null;
            }
            var bytes = new byte[to - from + 1];
            await using var body = GetBody(await response.Content.ReadAsStreamAsync(cancellationToken), url);
            await body.ReadExactlyAsync(bytes, cancellationToken);
            return (bytes, from, length);
        }
    }

    /// <summary>
    /// Whether the body is the file itself. Some web servers label a <c>.tar.gz</c> as encoded, although they send it
    /// as it is.
    /// </summary>
    static bool IsUnmodified(HttpResponseMessage response, Uri url) =>
        response.Content.Headers.ContentEncoding is var encoding
        && (encoding.Count == 0
            || (encoding.Count == 1 && encoding.Single() is "gzip" or "x-gzip"
                && (url.AbsolutePath.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                    || url.AbsolutePath.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))));

    /// <summary>Returns a body that ends when the index is silent. That is one line in the log.</summary>
    public Stream GetBody(Stream body, Uri url) => new UpstreamStream(
        body, new SilenceLimit(_connection.Timeout, clock),
        message => Log.BrokenOff(logger, url.AbsolutePath, message));

    /// <summary>Returns the failure of a file. It says little if another host than upstream's sent it.</summary>
    public UpstreamUnavailableException Unusable(HttpResponseMessage response, string message) =>
        _connection.Unusable(response.RequestMessage!.RequestUri!, message, null);
}
