using System.Globalization;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>Reads the pages of another index from its responses, as JSON or HTML, within the limits.</summary>
/// <param name="settings">The name of the index for messages, and how long it may be silent.</param>
/// <param name="slots">Bounds the pages that are parsed at once.</param>
/// <param name="clock">Measures how long the index takes.</param>
sealed class PageReader(UpstreamSettings settings, PageSlots slots, TimeProvider clock)
{
    /// <summary>Reads a project's page.</summary>
    /// <param name="project">The project.</param>
    /// <param name="response">The response, with the status 200.</param>
    /// <param name="url">The URL that it came from, to which its links are relative.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UpstreamUnavailableException">It is no page of the project, or too large.</exception>
    public async Task<UpstreamPage> ReadProjectAsync(
        ProjectName project, HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        var slot = slots.Open();
        try
        {
            await using var body = await BodyOfAsync(
                response, ServerLimits.MaxProjectPageLength, slot, cancellationToken);
            var page = await ReadAsync(
                response,
                token => SimpleJson.ReadProjectAsync(body, url, token),
                token => SimpleHtml.ReadProjectAsync(body, url, token),
                cancellationToken);
            CheckProject(project, response, page);
            return new UpstreamPage.Fresh(page, GetValidators(response), slot);
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    /// <summary>Reads the list of all projects from a response with the status 200.</summary>
    /// <exception cref="UpstreamUnavailableException">It is no list, or too large.</exception>
    public async Task<ProjectList> ReadListAsync(
        HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        using var slot = slots.Open();
        await using var body = await BodyOfAsync(
            response, ServerLimits.MaxProjectListLength, slot, cancellationToken);
        var list = await ReadAsync(
            response,
            token => SimpleJson.ReadListAsync(body, token),
            token => SimpleHtml.ReadListAsync(body, GetListUrl(url), token),
            cancellationToken);
        return list.IsRecognized ? list : throw NoList();
    }

    /// <summary>
    /// Checks that a response with the status 200 is the list of all projects, by its beginning: it may be long.
    /// </summary>
    /// <exception cref="UpstreamUnavailableException">It is no list.</exception>
    public async Task<bool> CheckIsListAsync(
        HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        using var slot = slots.Open();
        await using var body = await BodyOfAsync(
            response, ServerLimits.MaxProjectListLength, slot, cancellationToken);
        var isList = await ReadAsync(
            response,
            async token => SimpleJson.DeclaresVersion((await BeginningOfAsync(body, token)).Span),
            async token =>
            {
                using var beginning = new MemoryStream((await BeginningOfAsync(body, token)).ToArray());
                return (await SimpleHtml.ReadListAsync(beginning, GetListUrl(url), token)).IsRecognized;
            },
            cancellationToken);
        return isList ? isList : throw NoList();
    }

    static async Task<ReadOnlyMemory<byte>> BeginningOfAsync(Stream body, CancellationToken cancellationToken)
    {
        var beginning = new byte[ServerLimits.MaxBeginningOfList];
        var length = await body.ReadAtLeastAsync(
            beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken);
        return beginning.AsMemory(0, length);
    }

    /// <summary>Where links to projects are looked for: not on a page to which the list's URL redirects.</summary>
    Uri? GetListUrl(Uri url) => url.AbsolutePath.TrimEnd('/') == settings.Url.AbsolutePath.TrimEnd('/') ? url : null;

    UpstreamUnavailableException NoList() => new(
        $"{settings.Name} did not send a list of projects. It may be a login form, or spec.upstream.url may be "
            + "wrong.");

    /// <summary>Reads a page with links to files of many projects from a response with the status 200.</summary>
    /// <inheritdoc cref="ReadProjectAsync"/>
    public async Task<FoundLinks> ReadLinksAsync(
        HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        using var slot = slots.Open();
        await using var body = await BodyOfAsync(
            response, ServerLimits.MaxProjectPageLength, slot, cancellationToken);
        var links = FoundLinks.From(await ReadAsync(
            response,
            token => SimpleJson.ReadProjectAsync(body, url, token),
            token => SimpleHtml.ReadProjectAsync(body, url, token),
            cancellationToken));
        return links.Projects.Count > 0 ? links : throw new UpstreamUnavailableException(
            "The response from upstream has no links to files of projects.");
    }

    /// <summary>Returns what to ask with whether a page has changed.</summary>
    public static PageValidators GetValidators(HttpResponseMessage response) =>
        new(response.Headers.ETag?.ToString(), response.Content.Headers.LastModified?.ToString("R"));

    /// <summary>Returns the serial that a response has in its header, or null.</summary>
    public static long? GetSerial(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-PyPI-Last-Serial", out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
            ? serial : null;

    /// <summary>
    /// Checks that a page is this project's page. A proxy's login form or a maintenance page may also have the status
    /// 200.
    /// </summary>
    static void CheckProject(ProjectName project, HttpResponseMessage response, ProjectDetail page)
    {
        var isJson = GetMediaType(response).EndsWith("+json", StringComparison.Ordinal);
        var isProjectPage = isJson
            ? ProjectName.TryParse(page.Name, out var name) && name == project
            : page.ApiVersion != ProjectDetail.UndeclaredApiVersion
                || page.Files.Any(f => UpstreamSnapshot.TryReadName(f, project, out _));
        if (!isProjectPage)
            throw new UpstreamUnavailableException($"The response from upstream is not a page of '{project}'.");
    }

    async Task<T> ReadAsync<T>(
        HttpResponseMessage response, Func<CancellationToken, Task<T>> json, Func<CancellationToken, Task<T>> html,
        CancellationToken cancellationToken)
    {
        var type = GetMediaType(response);
        try
        {
            return type switch
            {
                "application/vnd.pypi.simple.v1+json" => await json(cancellationToken),
                "application/vnd.pypi.simple.v1+html" or "text/html" => await html(cancellationToken),
                _ => throw new UpstreamUnavailableException(
                    $"{settings.Name} sent '{type}', which is not a page of the Simple API."),
            };
        }
        catch (Exception error)
            when (error is PageFormatException or InvalidDataException or IOException or HttpRequestException)
        {
            throw new UpstreamUnavailableException(
                $"The response from upstream cannot be read: {error.Message}", error);
        }
    }

    static string GetMediaType(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";

    async Task<PageStream> BodyOfAsync(
        HttpResponseMessage response, long maxLength, PageSlot slot, CancellationToken cancellationToken) => new(
            await response.Content.ReadAsStreamAsync(cancellationToken),
            response.Content.Headers.ContentEncoding.Contains("gzip"), maxLength, slot, settings.Timeout,
            settings.Name, clock);
}

/// <summary>
/// The validators by which upstream recognizes a page that it sent
/// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8">RFC 9110 §8.8</see>).
/// </summary>
sealed record PageValidators(string? ETag, string? LastModified)
{
    /// <summary>Whether the page has no validators.</summary>
    public bool IsEmpty => ETag is null && LastModified is null;
}
