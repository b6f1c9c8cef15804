using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Limits;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Upstream;

/// <summary>
/// Reads another index through its
/// <see href="https://packaging.python.org/en/latest/specifications/simple-repository-api/">Simple API</see>, as JSON
/// if the index supports it, otherwise as HTML.
/// </summary>
/// <remarks>
/// The same client is used for an upstream and for a group's member on another server. Only the settings differ.
/// </remarks>
sealed class SimpleClient : IDisposable
{
    const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

    /// <summary>
    /// The maximum number of hosts with their own circuit breaker. It is limited because a page may name any number of
    /// hosts.
    /// </summary>
    const int MaxHosts = 64;

    /// <summary>The longest explanation that a member may send, in bytes.</summary>
    const int MaxExplanationLength = 4 << 20;

    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly SlotTurns _turns;
    readonly CircuitBreaker _breaker;
    readonly ConcurrentDictionary<string, CircuitBreaker> _otherHosts = new(StringComparer.Ordinal);
    UpstreamSettings _settings;
    UpstreamConnection _connection;
    PageReader _pages;
    readonly string _id = PassedProxies.NewId();

    public SimpleClient(UpstreamSettings settings, TimeProvider clock, ILogger logger)
    {
        (_settings, _clock, _logger) = (settings, clock, logger);
        _turns = new SlotTurns(settings.MaxPageRequests, "pages");
        _breaker = new CircuitBreaker(clock, logger, settings.UsesCircuitBreaker);
        _connection = new UpstreamConnection(settings, _id);
        _pages = new PageReader(settings, Slots, clock);
    }

    /// <summary>Bounds the pages that are parsed at once.</summary>
    public PageSlots Slots { get; } = new(ServerLimits.MaxConcurrentPageBytes, ServerLimits.MaxConcurrentLargePages);

    /// <summary>Tracks the health of upstream.</summary>
    public CircuitBreaker Breaker => _breaker;

    /// <summary>
    /// Why the request for which this code runs cannot be answered by asking upstream: it comes from there.
    /// </summary>
    public string? LoopReason => PassedProxies.Current.Include(_id)
        ? $"{_settings.Name} leads back to this proxy: see spec.upstream.url, {_settings.Url}."
        : null;

    /// <summary>The URL of the list of projects.</summary>
    public Uri Url => _settings.Url;

    /// <summary>Whether all projects are on one page, which is read with <see cref="GetLinksAsync"/>.</summary>
    public bool IsFindLinks => _settings.IsFindLinks;

    /// <summary>
    /// Uses new settings from now on, if they differ. Running transfers continue on the old connection.
    /// </summary>
    public void Use(UpstreamSettings changed, CancellationToken cancellationToken)
    {
        if (changed.IsSameAs(_settings))
            return;
        // The old connection is not disposed, because that would abort running transfers. It closes by itself once it
        // is idle.
        (_settings, _connection) = (changed, new UpstreamConnection(changed, _id));
        _pages = new PageReader(changed, Slots, _clock);
        _breaker.Forget();
        _otherHosts.Clear();
        _ = ProbeAsync(cancellationToken);
    }

    /// <summary>
    /// Checks whether upstream may be contacted at all, before a client has to wait for it. This does not connect.
    /// </summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (await _connection.DenialReasonAsync(_settings.Url, cancellationToken) is { } reason)
            _breaker.Failed(reason, null);
    }

    /// <summary>Reads a project's page, if it differs from the known one.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public Task<UpstreamPage> GetProjectAsync(
        ProjectName project, PageValidators? known, CancellationToken cancellationToken) =>
        GetProjectAsync(project, $"{project.Value}/", known, cancellationToken);

    /// <summary>Reads a project's page as of a date from another PyRepo.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public Task<UpstreamPage> GetDatedProjectAsync(
        ProjectName project, DateTimeOffset date, CancellationToken cancellationToken) =>
        GetProjectAsync(
            project, $"../@{date.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}/simple/{project.Value}/",
            null, cancellationToken);

    /// <summary>Asks another PyRepo which rules hide the files of a version. Null: it has no such project.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public async Task<Explanation?> ExplainAsync(
        ProjectName project, string version, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(Timeout, cancellationToken);
        var url = new Uri(_settings.Url, $"../api/v1/why/{project.Value}/{Uri.EscapeDataString(version)}");
        var (response, final) = await _connection.SendAsync(
            HttpMethod.Get, url, project, _breaker, static _ => { }, cancellationToken);
        using (response)
        {
            if (response.StatusCode is HttpStatusCode.NotFound)
                return null;
            if (response.StatusCode is not HttpStatusCode.OK)
            {
                throw _connection.Unusable(
                    final, $"{_settings.Name} answered {(int)response.StatusCode} about '{project}'.",
                    response.StatusCode);
            }
            try
            {
                await using var body = new BoundedStream(
                    await response.Content.ReadAsStreamAsync(cancellationToken), MaxExplanationLength);
                return await JsonSerializer.DeserializeAsync(
                    body, ExplanationJson.Default.Explanation, cancellationToken);
            }
            catch (Exception error) when (error is JsonException or InvalidDataException or IOException
                or HttpRequestException)
            {
                throw _connection.Unusable(final, $"{_settings.Name} sent no explanation of '{project}'.", null);
            }
        }
    }

    async Task<UpstreamPage> GetProjectAsync(
        ProjectName project, string path, PageValidators? known, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(Timeout, cancellationToken);
        var url = new Uri(_settings.Url, path);
        var connection = _connection;
        var (response, final) = await connection.SendAsync(
            HttpMethod.Get, url, project, _breaker, headers => Prepare(headers, known), cancellationToken);
        using (response)
        {
            try
            {
                return await TrackUsabilityAsync(() => PageOfAsync(project, known, response, final, cancellationToken));
            }
            catch (UpstreamUnavailableException error) when (!connection.IsOwn(final))
            {
                throw connection.Unusable(final, error.Message, error.Status);
            }
        }
    }

    async Task<UpstreamPage> PageOfAsync(
        ProjectName project, PageValidators? known, HttpResponseMessage response, Uri final,
        CancellationToken cancellationToken) =>
        response.StatusCode switch
        {
            HttpStatusCode.OK => await _pages.ReadProjectAsync(project, response, final, cancellationToken),
            HttpStatusCode.NotModified when known is not null => new UpstreamPage.Unchanged(),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new UpstreamPage.NotKnown(),
            HttpStatusCode.Forbidden when _settings is { Credentials: null, SignToken: null } =>
                new UpstreamPage.Refused($"{_settings.Name} answered 403 for the page of '{project}'."),
            var status => throw new UpstreamUnavailableException(
                $"{_settings.Name} answered {(int)status} for the page of '{project}'.")
            {
                Status = status,
            },
        };

    /// <summary>Records whether a response is usable.</summary>
    async Task<T> TrackUsabilityAsync<T>(Func<Task<T>> read)
    {
        try
        {
            var result = await read();
            _breaker.ReportUsable();
            return result;
        }
        catch (UpstreamUnavailableException error) when (!error.IsRejection)
        {
            _breaker.ReportUnusable(error.Message);
            throw;
        }
    }

    /// <summary>Reads the names of all projects. Returns null if they have not changed.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public Task<(ProjectList List, PageValidators Validators)?> ListAsync(
        PageValidators? known, CancellationToken cancellationToken) =>
        GetAllAsync(
            known,
            async (response, url, token) => IsFindLinks
                ? (await _pages.ReadLinksAsync(response, url, token)).ToList()
                : await _pages.ReadListAsync(response, token),
            cancellationToken);

    /// <summary>Reads the files of all projects. Returns null if they have not changed.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public Task<(FoundLinks Links, PageValidators Validators)?> GetLinksAsync(
        PageValidators? known, CancellationToken cancellationToken) =>
        GetAllAsync(known, (response, url, token) => _pages.ReadLinksAsync(response, url, token), cancellationToken);

    /// <summary>Reads what is about all projects. Returns null if it has not changed.</summary>
    async Task<(T All, PageValidators Validators)?> GetAllAsync<T>(
        PageValidators? known, Func<HttpResponseMessage, Uri, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(Timeout, cancellationToken);
        var connection = _connection;
        var (response, final) = await connection.SendAsync(
            HttpMethod.Get, _settings.Url, null, _breaker, headers => Prepare(headers, known), cancellationToken);
        using (response)
        {
            try
            {
                if (response.StatusCode is HttpStatusCode.NotModified && known is not null)
                    return null;
                if (response.StatusCode is not HttpStatusCode.OK)
                {
                    throw new UpstreamUnavailableException(
                        $"{_settings.Name} answered {(int)response.StatusCode} for its list of projects.")
                    { Status = response.StatusCode };
                }
                return (await read(response, final, cancellationToken), PageReader.ValidatorsOf(response));
            }
            catch (UpstreamUnavailableException error) when (!connection.IsOwn(final))
            {
                throw connection.Unusable(final, error.Message, error.Status);
            }
        }
    }

    /// <summary>Opens a file.</summary>
    /// <param name="url">The URL of the file.</param>
    /// <param name="project">The project that the file belongs to.</param>
    /// <param name="method">GET, or HEAD for the headers alone.</param>
    /// <param name="offset">The first byte to send.</param>
    /// <param name="cancellationToken">Cancels the request until its headers have arrived.</param>
    /// <param name="allowsGzip">Whether the caller decompresses what upstream compressed without being asked.</param>
    /// <returns>
    /// The response (200, or 206 if an offset was requested), with the bytes unmodified. The caller disposes it.
    /// </returns>
    /// <exception cref="UpstreamUnavailableException">The index does not provide the file.</exception>
    public async Task<HttpResponseMessage> OpenFileAsync(
        Uri url, ProjectName project, HttpMethod method, long offset, CancellationToken cancellationToken,
        bool allowsGzip = false)
    {
        var connection = _connection;
        var (response, final) = await connection.SendAsync(
            method, url, project, BreakerFor(url),
            headers =>
            {
                headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                headers.Range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
            },
            cancellationToken);
        var expected = offset > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK;
        if (response.StatusCode == expected && (allowsGzip || IsUnmodified(response, url)))
            return response;
        using (response)
        {
            throw connection.Unusable(
                final, $"{_settings.Name} answered {(int)response.StatusCode} for the file {url.AbsolutePath}.",
                response.StatusCode);
        }
    }

    /// <summary>Reads the last bytes of a file, if its server answers ranges.</summary>
    /// <returns>The bytes and the length of the whole file, or null if it does not.</returns>
    /// <exception cref="UpstreamUnavailableException">The index does not provide the file.</exception>
    public async Task<(byte[] Tail, long Length)?> ReadTailAsync(
        Uri url, ProjectName project, int maxLength, CancellationToken cancellationToken)
    {
        var (response, _) = await _connection.SendAsync(
            HttpMethod.Get, url, project, BreakerFor(url),
            headers =>
            {
                headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                headers.Range = new RangeHeaderValue(null, maxLength);
            },
            cancellationToken);
        using (response)
        {
            if (response.StatusCode is not HttpStatusCode.PartialContent || !IsUnmodified(response, url)
                || response.Content.Headers.ContentRange
                    is not { Unit: "bytes", From: { } from, To: { } to, Length: { } length }
                || to != length - 1 || to - from >= maxLength)
            {
                return null;
            }
            var tail = new byte[to - from + 1];
            await using var body = BodyOfFile(await response.Content.ReadAsStreamAsync(cancellationToken), url);
            await body.ReadExactlyAsync(tail, cancellationToken);
            return (tail, length);
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

    /// <summary>
    /// Returns the breaker for a host. Files may be on other hosts, and one that is down must not block requests to
    /// others.
    /// </summary>
    CircuitBreaker BreakerFor(Uri url)
    {
        if (UpstreamSettings.SameOrigin(_settings.Url, url))
            return _breaker;
        if (_otherHosts.Count >= MaxHosts)
            _otherHosts.Clear();
        return _otherHosts.GetOrAdd(url.GetLeftPart(UriPartial.Authority),
            _ => new CircuitBreaker(_clock, _logger, _settings.UsesCircuitBreaker));
    }

    /// <summary>Returns a body that ends when the index is silent. That is one line in the log.</summary>
    public Stream BodyOfFile(Stream body, Uri url) => new UpstreamStream(
        body, new SilenceLimit(Timeout, _clock), message => Log.BrokenOff(_logger, url.AbsolutePath, message));

    /// <summary>Returns the failure of a file. It says little if another host than upstream's sent it.</summary>
    public UpstreamUnavailableException Unusable(HttpResponseMessage response, string message) =>
        _connection.Unusable(response.RequestMessage!.RequestUri!, message, null);

    /// <summary>The time limit for each part of a file.</summary>
    public TimeSpan Timeout => _connection.Timeout;

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    static void Prepare(HttpRequestHeaders headers, PageValidators? known)
    {
        headers.TryAddWithoutValidation("Accept", Accept);
        headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        if (known?.ETag is { } tag)
            headers.TryAddWithoutValidation("If-None-Match", tag);
        if (known?.LastModified is { } modified)
            headers.TryAddWithoutValidation("If-Modified-Since", modified);
    }
}
