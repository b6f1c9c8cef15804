using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Upstream;

/// <summary>Another index, read through its Simple API: JSON where it has it, else HTML.</summary>
sealed class UpstreamIndex(UpstreamSettings settings, TimeProvider clock, ILogger logger) : IDisposable
{
    const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

    /// <summary>Unpacked, in bytes. The largest that is known is PyPI's list, of some 40 MB.</summary>
    const long MaxPageLength = 256 << 20;

    /// <summary>More places than this have no memory of their own: a page may name any number.</summary>
    const int MaxHosts = 64;

    readonly CircuitBreaker _breaker = new(clock, logger);
    readonly ConcurrentDictionary<string, CircuitBreaker> _otherHosts = new(StringComparer.Ordinal);
    UpstreamSettings _settings = settings;
    UpstreamConnection _connection = new(settings);

    /// <summary>Tells how upstream fares.</summary>
    public CircuitBreaker Breaker => _breaker;

    /// <summary>Goes another way from now on, where that differs. What runs goes on the old one to its end.</summary>
    public void Use(UpstreamSettings changed, CancellationToken cancellationToken)
    {
        if (changed.IsSameAs(_settings))
            return;
        // The old connection is not disposed: that would cut running transfers. Idle, it closes by itself.
        (_settings, _connection) = (changed, new UpstreamConnection(changed));
        _breaker.Forget();
        _otherHosts.Clear();
        _ = ProbeAsync(cancellationToken);
    }

    /// <summary>Finds out whether upstream may be asked at all, before anybody waits for it. Connects nowhere.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (await _connection.DenialReasonAsync(_settings.Url, cancellationToken) is { } why)
            _breaker.Failed(why, null);
    }

    /// <summary>Reads a project's page, if it is another than the one that is known.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no answer that tells.</exception>
    public async Task<UpstreamPage> GetProjectAsync(
        ProjectName project, PageValidators? known, CancellationToken cancellationToken)
    {
        var url = new Uri(_settings.Url, $"{project.Value}/");
        var (answer, final) = await _connection.GetAsync(
            url,
            _breaker,
            headers =>
            {
                Prepare(headers);
                if (known?.ETag is { } tag)
                    headers.TryAddWithoutValidation("If-None-Match", tag);
                if (known?.LastModified is { } modified)
                    headers.TryAddWithoutValidation("If-Modified-Since", modified);
            },
            cancellationToken);
        using (answer)
            return await JudgedAsync(() => PageOfAsync(project, known, answer, final, cancellationToken));
    }

    async Task<UpstreamPage> PageOfAsync(
        ProjectName project, PageValidators? known, HttpResponseMessage answer, Uri final, CancellationToken cancellationToken) =>
        answer.StatusCode switch
        {
            HttpStatusCode.OK => await ReadAsync(project, answer, final, cancellationToken),
            HttpStatusCode.NotModified when known is not null => new UpstreamPage.Unchanged(),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new UpstreamPage.NotKnown(),
            // A bucket behind a web server says 403 of what it does not have; to us it can't mean anything else
            // unless we came with credentials.
            HttpStatusCode.Forbidden when _settings.Credentials is null => new UpstreamPage.NotKnown(),
            var status => throw new UpstreamUnavailableException($"Upstream answered {(int)status} for the page of '{project}'."),
        };

    /// <summary>Notes whether anything can be made of an answer.</summary>
    async Task<T> JudgedAsync<T>(Func<Task<T>> read)
    {
        try
        {
            var made = await read();
            _breaker.ReportUsable();
            return made;
        }
        catch (UpstreamUnavailableException error)
        {
            _breaker.ReportUnusable(error.Message);
            throw;
        }
    }

    /// <summary>Reads the names of all projects.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no answer that tells.</exception>
    public async Task<ProjectList> ListAsync(CancellationToken cancellationToken)
    {
        var (answer, _) = await _connection.GetAsync(_settings.Url, _breaker, Prepare, cancellationToken);
        using (answer)
        {
            if (answer.StatusCode is not HttpStatusCode.OK)
                throw new UpstreamUnavailableException($"Upstream answered {(int)answer.StatusCode} for its list of projects.");
            await using var body = await BodyOfAsync(answer, cancellationToken);
            return await Read(
                answer, token => SimpleJson.ReadListAsync(body, token), token => SimpleHtml.ReadListAsync(body, token), cancellationToken);
        }
    }

    /// <summary>Opens a file, from an offset on.</summary>
    /// <returns>The answer (200, or 206 where an offset was asked for); its bytes come as they are. The caller disposes it.</returns>
    /// <exception cref="UpstreamUnavailableException">It can't be had.</exception>
    public async Task<HttpResponseMessage> OpenFileAsync(Uri url, CancellationToken cancellationToken)
    {
        var (answer, _) = await _connection.GetAsync(
            url, BreakerFor(url), headers => headers.TryAddWithoutValidation("Accept-Encoding", "identity"), cancellationToken);
        if (answer.StatusCode is HttpStatusCode.OK && answer.Content.Headers.ContentEncoding.Count == 0)
            return answer;
        using (answer)
            throw new UpstreamUnavailableException($"Upstream answered {(int)answer.StatusCode} for the file {url.AbsolutePath}.");
    }

    /// <summary>Files may lie elsewhere: a place that is down keeps nobody from what lies at another.</summary>
    CircuitBreaker BreakerFor(Uri url)
    {
        if (UpstreamSettings.SameOrigin(_settings.Url, url))
            return _breaker;
        if (_otherHosts.Count >= MaxHosts)
            _otherHosts.Clear();
        return _otherHosts.GetOrAdd(url.GetLeftPart(UriPartial.Authority), _ => new CircuitBreaker(clock, logger));
    }

    /// <summary>How long each part of a file may take.</summary>
    public TimeSpan Timeout => _connection.Timeout;

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    static void Prepare(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("Accept", Accept);
        headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
    }

    async Task<UpstreamPage> ReadAsync(
        ProjectName project, HttpResponseMessage answer, Uri url, CancellationToken cancellationToken)
    {
        await using var body = await BodyOfAsync(answer, cancellationToken);
        var page = await Read(
            answer,
            token => SimpleJson.ReadProjectAsync(body, url, token),
            token => SimpleHtml.ReadProjectAsync(body, url, token),
            cancellationToken);
        CheckIsOf(project, answer, page);
        var validators = new PageValidators(
            answer.Headers.ETag?.ToString(), answer.Content.Headers.LastModified?.ToString("R"));
        return new UpstreamPage.Fresh(page, validators);
    }

    /// <summary>A proxy's log-in form, or a maintenance page, comes with 200, too: it is not this project's page.</summary>
    static void CheckIsOf(ProjectName project, HttpResponseMessage answer, ProjectPage page)
    {
        var isJson = MediaTypeOf(answer).EndsWith("+json", StringComparison.Ordinal);
        var saysSo = isJson
            ? ProjectName.TryParse(page.Name, out var name) && name == project
            : page.ApiVersion != ProjectPage.UndeclaredApiVersion
                || page.Files.Any(f => UpstreamSnapshot.TryReadName(f, project, out _));
        if (!saysSo)
            throw new UpstreamUnavailableException($"What upstream sent is no page of '{project}'.");
    }

    async Task<T> Read<T>(
        HttpResponseMessage answer, Func<CancellationToken, Task<T>> json, Func<CancellationToken, Task<T>> html,
        CancellationToken cancellationToken)
    {
        var type = MediaTypeOf(answer);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_connection.Timeout);
        try
        {
            return type switch
            {
                "application/vnd.pypi.simple.v1+json" => await json(limit.Token),
                "application/vnd.pypi.simple.v1+html" or "text/html" => await html(limit.Token),
                _ => throw new UpstreamUnavailableException($"Upstream sent '{type}' and no page of the Simple API."),
            };
        }
        catch (Exception error) when (error is PageFormatException or InvalidDataException or IOException or HttpRequestException)
        {
            throw new UpstreamUnavailableException($"What upstream sent can't be read: {error.Message}", error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamUnavailableException($"Upstream took more than {_connection.Timeout.TotalSeconds} s for a page.");
        }
    }

    static string MediaTypeOf(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";

    static async Task<Stream> BodyOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var isPacked = answer.Content.Headers.ContentEncoding.Contains("gzip");
        return new BoundedStream(isPacked ? new GZipStream(body, CompressionMode.Decompress) : body, MaxPageLength);
    }
}
