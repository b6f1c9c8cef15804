using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Client.Warming;

/// <summary>
/// Reads the pages of an index through its
/// <see href="https://packaging.python.org/en/latest/specifications/simple-repository-api/">Simple API</see>.
/// </summary>
static class IndexPages
{
    const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

    /// <summary>Reads a project's page, or returns null if the index does not know the project.</summary>
    /// <exception cref="IndexException">There is no page.</exception>
    public static Task<ProjectDetail?> ReadAsync(
        IndexClient client, ProjectName project, CancellationToken cancellationToken) =>
        client.GetAsync(
            client.Index.GetPage(project), Prepare, (response, url, silence) => response.StatusCode switch
            {
                HttpStatusCode.OK => ReadAsync(response, url, silence.Token),
                HttpStatusCode.NotFound or HttpStatusCode.Gone => Task.FromResult<ProjectDetail?>(null),
                _ => throw new IndexException($"{IndexFailures.GetAnswer(response, url)} for the project's page."),
            },
            cancellationToken);

    static void Prepare(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("Accept", Accept);
        headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
    }

    static async Task<ProjectDetail?> ReadAsync(
        HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.Content.Headers.ContentEncoding.Contains("gzip"))
            body = new GZipStream(body, CompressionMode.Decompress);
        await using var bounded = new BoundedStream(body, PageLimits.MaxLength);
        try
        {
            return type switch
            {
                "application/vnd.pypi.simple.v1+json" =>
                    await SimpleJson.ReadProjectAsync(bounded, url, cancellationToken),
                "application/vnd.pypi.simple.v1+html" or "text/html" =>
                    await SimpleHtml.ReadProjectAsync(bounded, url, cancellationToken),
                _ => throw new IndexException(
                    $"{url.Authority} sent '{type}', which is not a page of the Simple API. Check --index-url."),
            };
        }
        catch (Exception error) when (error is PageFormatException or InvalidDataException)
        {
            throw new IndexException($"The page from {url.Authority} cannot be read: {error.Message}", error);
        }
    }
}
