using PyRepo.Downloads;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>A file from another index.</summary>
/// <param name="index">Opens the file again if another offset is requested.</param>
/// <param name="url">The URL of the file.</param>
/// <param name="project">The project that the file belongs to.</param>
/// <param name="client">The client that reads the file, or null if nothing is known of it.</param>
/// <param name="download">The download that it is read for, if a log may be kept of it.</param>
/// <param name="opened">The response with the whole file, if it was requested; disposed here.</param>
sealed class UpstreamContent(
    SimpleClient index, Uri url, ProjectName project, DownloadClient? client, RequestedDownload? download,
    HttpResponseMessage? opened)
    : FileContent
{
    readonly List<HttpResponseMessage> _responses = opened is null ? [] : [opened];
    HttpResponseMessage? _whole = opened;

    /// <inheritdoc/>
    public override ValueTask<bool> HasArrivedAsync(CancellationToken cancellationToken) => new(false);

    /// <inheritdoc/>
    public override async ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken)
    {
        try
        {
            var response = Interlocked.Exchange(ref _whole, null);
            if (response is null || offset > 0)
            {
                response = await index.Files.OpenAsync(
                    url, project, HttpMethod.Get, offset, cancellationToken, client: client,
                    download: download);
                _responses.Add(response);
            }
            return index.Files.GetBody(await response.Content.ReadAsStreamAsync(cancellationToken), url);
        }
        catch (UpstreamUnavailableException error)
        {
            throw new BrokenOffException(error.Message);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _responses.ForEach(response => response.Dispose());
        return ValueTask.CompletedTask;
    }
}
