using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Upstream;

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

    /// <summary>The longest explanation that a member may send, in bytes.</summary>
    const int MaxExplanationLength = 4 << 20;

    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly SlotTurns _turns;
    readonly CircuitBreaker _breaker;
    UpstreamSettings _settings;
    UpstreamConnection _connection;
    PageReader _pages;
    PageRedirects _redirects;
    readonly string _id = PassedProxies.NewId();

    public SimpleClient(UpstreamSettings settings, TimeProvider clock, ILogger logger)
    {
        (_settings, _clock, _logger) = (settings, clock, logger);
        _turns = new SlotTurns(settings.MaxPageRequests, "pages");
        _breaker = new CircuitBreaker(
            clock, logger,
            settings.UsesCircuitBreaker ? working => _connection!.AnswersAsync(working ?? _settings!.Url) : null);
        _connection = new UpstreamConnection(settings, _id);
        _pages = new PageReader(settings, Slots, clock);
        Files = new UpstreamFiles(settings, _connection, _breaker, clock, logger);
        Proof = GetProof(settings);
        _redirects = GetRedirects(settings);
    }

    /// <summary>Whether upstream answers at all. It is another one as soon as the settings are others.</summary>
    public UpstreamProof Proof { get; private set; }

    /// <summary>Reads files.</summary>
    public UpstreamFiles Files { get; }

    /// <summary>Bounds the pages that are parsed at once.</summary>
    public PageSlots Slots { get; } = new(ServerLimits.MaxConcurrentPageBytes, ServerLimits.MaxConcurrentLargePages);

    /// <summary>Tracks the health of upstream.</summary>
    public CircuitBreaker Breaker => _breaker;

    /// <summary>
    /// Why the request for which this code runs cannot be answered by asking upstream: it comes from there.
    /// </summary>
    public string? LoopReason => PassedProxies.Current.Include(_id)
        ? $"{_settings.Name} leads back to this proxy: see spec.upstream.url."
        : null;

    /// <summary>The URL of the list of projects.</summary>
    public Uri Url => _settings.Url;

    /// <summary>
    /// Identifies where pages come from, for those that are kept: pages of another index may be among them, if all
    /// redirects are followed.
    /// </summary>
    public string Source => _settings.FollowsPagesElsewhere ? $"{Url} redirects: Follow" : Url.AbsoluteUri;

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
        Proof = GetProof(changed);
        _redirects = GetRedirects(changed);
        Files.Use(changed, _connection);
        _ = DetachedTask.Run(() => ProbeAsync(cancellationToken));
    }

    /// <summary>
    /// Checks whether upstream may be contacted at all, before a client has to wait for it. This does not connect.
    /// </summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (await _connection.DenialReasonAsync(_settings.Url, cancellationToken) is { } reason)
            _breaker.Failed(reason);
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

    /// <summary>The folder in which another PyRepo has files below their paths at upstream.</summary>
    public Uri Aliases => new(_settings.Url, $"../{FileAlias.Folder}");

    /// <summary>Returns where another PyRepo has the provenance of a file.</summary>
    public Uri GetProvenanceUrl(Distribution file) => new(
        _settings.Url, $"../integrity/{file.Name.Project.Value}/{Uri.EscapeDataString(file.Name.VersionText)}/"
            + $"{Uri.EscapeDataString(file.Name.FileName)}/provenance");

    async Task<UpstreamPage> GetProjectAsync(
        ProjectName project, string path, PageValidators? known, CancellationToken cancellationToken)
    {
        var (connection, redirects) = (_connection, _redirects);
        var page = await QueryProjectAsync(connection, redirects, project, path, known, cancellationToken);
        if (page is not UpstreamPage.Redirected moved)
            return page;
        var judged = await JudgeAsync(moved);
        if (judged is not null)
            return judged;
        page = await QueryProjectAsync(connection, redirects, project, path, known, cancellationToken);
        return page is UpstreamPage.Redirected again
            ? await JudgeAsync(again) ?? throw new UpstreamUnavailableException(
                $"{_settings.Name} redirects the page of '{project}' to changing URLs.")
            : page;

        async Task<UpstreamPage?> JudgeAsync(UpstreamPage.Redirected redirect)
        {
            try
            {
                return await redirects.JudgeAsync(project, redirect, cancellationToken);
            }
            catch (UpstreamUnavailableException error) when (!error.IsRejection)
            {
                _breaker.ReportUnusable(error.Detail);
                throw;
            }
        }
    }

    async Task<UpstreamPage> QueryProjectAsync(
        UpstreamConnection connection, PageRedirects redirects, ProjectName project, string path,
        PageValidators? known, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(Timeout, cancellationToken);
        var url = new Uri(_settings.Url, path);
        var (response, final) = await connection.SendAsync(
            HttpMethod.Get, url, project, _breaker, headers => Prepare(headers, known), cancellationToken,
            mayFollow: target => redirects.Includes(project, target));
        using (response)
        {
            if (UpstreamConnection.GetRedirect(response, final) is { } target && _settings.FollowsRedirects)
                return new UpstreamPage.Redirected(final, target);
            try
            {
                return await ReadPageAsync(
                    connection, project, () => PageOfAsync(project, known, response, final, cancellationToken));
            }
            catch (UpstreamUnavailableException error) when (!connection.IsOwn(final))
            {
                throw connection.Unusable(final, error.Message, error.Status, error.Detail);
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
            HttpStatusCode.Forbidden when _settings is { Credentials: null, Member: null } =>
                new UpstreamPage.Refused($"{_settings.Name} answered 403 for the page of '{project}'."),
            var status => throw new UpstreamUnavailableException(
                $"{_settings.Name} answered {(int)status} for the page of '{project}'.")
            {
                Status = status,
            },
        };

    /// <summary>Records whether a response is usable. "Not found" alone tells nothing.</summary>
    async Task<UpstreamPage> ReadPageAsync(
        UpstreamConnection connection, ProjectName project, Func<Task<UpstreamPage>> read)
    {
        try
        {
            var page = await read();
            if (page is UpstreamPage.Fresh or UpstreamPage.Unchanged)
                NoteProof(connection, project);
            return page;
        }
        catch (UpstreamUnavailableException error) when (!error.IsRejection)
        {
            _breaker.ReportUnusable(error.Detail);
            throw;
        }
    }

    PageRedirects GetRedirects(UpstreamSettings settings) => new(settings, _clock, _logger, FindNamesAsync);

    /// <summary>Reads the names of all projects, or returns null if upstream has no list.</summary>
    async Task<FrozenSet<ProjectName>?> FindNamesAsync()
    {
        try
        {
            return await ListAsync(null, CancellationToken.None) is var (list, _)
                ? UpstreamSnapshot.GetNames(list).ToFrozenSet() : null;
        }
        catch (UpstreamUnavailableException error)
            when (error.Status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
                and not HttpStatusCode.TooManyRequests)
        {
            return null;
        }
    }

    UpstreamProof GetProof(UpstreamSettings settings) => new(settings.Probe, settings.IsFindLinks, _clock, ProbeAsync);

    /// <summary>Notes a usable response, unless the settings have changed meanwhile.</summary>
    void NoteProof(UpstreamConnection connection, ProjectName? project)
    {
        var proof = Proof;
        if (connection != _connection)
            return;
        _breaker.ReportUsable();
        proof.Note(project);
    }

    void NoteList(UpstreamConnection connection, Uri url)
    {
        if (connection == _connection)
            _redirects.NoteList(url);
        NoteProof(connection, null);
    }

    /// <summary>Asks for the beginning of the list of projects, or for a page.</summary>
    /// <returns>Why upstream does not send it, or null if it does.</returns>
    async Task<string?> ProbeAsync(ProjectName? project)
    {
        string? reason;
        try
        {
            reason = project is { } name
                ? await FindObstacleAsync(name)
                : await GetAllAsync(null, null, _pages.CheckIsListAsync, CancellationToken.None) is null
                    ? $"{_settings.Name} sent no list." : null;
        }
        catch (UpstreamUnavailableException error)
        {
            reason = error.Detail;
        }
        if (reason is not null && !PassedProxies.Current.IsUnproved)
            _breaker.ReportUnusable(reason);
        return reason;
    }

    async Task<string?> FindObstacleAsync(ProjectName project)
    {
        using var page = await GetProjectAsync(project, null, CancellationToken.None);
        return page switch
        {
            UpstreamPage.Fresh => null,
            UpstreamPage.Refused(var message) => message,
            _ => $"{_settings.Name} has no page of '{project}'.",
        };
    }

    /// <summary>Reads the names of all projects. Returns null if they have not changed.</summary>
    /// <param name="known">The validators of the list that is known.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="serial">The serial of the list that is known. A response that says that it has it is not read.</param>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public Task<(ProjectList List, PageValidators Validators)?> ListAsync(
        PageValidators? known, CancellationToken cancellationToken, long? serial = null) =>
        GetAllAsync(
            known,
            serial,
            async (response, url, token) => IsFindLinks
                ? (await _pages.ReadLinksAsync(response, url, token)).ToList()
                : await _pages.ReadListAsync(response, url, token),
            cancellationToken);

    /// <summary>Reads the files of all projects. Returns null if they have not changed.</summary>
    /// <exception cref="UpstreamUnavailableException">There is no usable response.</exception>
    public Task<(FoundLinks Links, PageValidators Validators)?> GetLinksAsync(
        PageValidators? known, CancellationToken cancellationToken) =>
        GetAllAsync(
            known, null, (response, url, token) => _pages.ReadLinksAsync(response, url, token), cancellationToken);

    /// <summary>Reads what is about all projects. Returns null if it has not changed.</summary>
    async Task<(T All, PageValidators Validators)?> GetAllAsync<T>(
        PageValidators? known, long? serial, Func<HttpResponseMessage, Uri, CancellationToken, Task<T>> read,
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
                if ((response.StatusCode is HttpStatusCode.NotModified && known is not null)
                    || (response.StatusCode is HttpStatusCode.OK && serial > 0
                        && PageReader.GetSerial(response) == serial))
                {
                    NoteList(connection, final);
                    return null;
                }
                if (response.StatusCode is not HttpStatusCode.OK)
                {
                    throw new UpstreamUnavailableException(
                        $"{_settings.Name} answered {(int)response.StatusCode} for its list of projects.")
                    { Status = response.StatusCode };
                }
                var all = await read(response, final, cancellationToken);
                NoteList(connection, final);
                return (all, PageReader.GetValidators(response));
            }
            catch (UpstreamUnavailableException error)
            {
                // An index need not have a list, but what it sends in its place says that the URL is wrong.
                if (error is { Status: null, IsRejection: false } && connection == _connection)
                    _breaker.ReportUnusable(error.Detail);
                if (connection.IsOwn(final))
                    throw;
                throw connection.Unusable(final, error.Message, error.Status, error.Detail);
            }
        }
    }

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
