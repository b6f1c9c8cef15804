using PyRepo.Packaging.Names;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Upstream;

/// <summary>A file from another index.</summary>
/// <param name="client">Opens the file again if another offset is requested.</param>
/// <param name="url">The URL of the file.</param>
/// <param name="project">The project that the file belongs to.</param>
/// <param name="opened">The response with the whole file, if it was requested; disposed here.</param>
sealed class UpstreamContent(SimpleClient client, Uri url, ProjectName project, HttpResponseMessage? opened)
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
                response = await client.Files.OpenAsync(url, project, HttpMethod.Get, offset, cancellationToken);
                _responses.Add(response);
            }
            return client.Files.BodyOf(await response.Content.ReadAsStreamAsync(cancellationToken), url);
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
