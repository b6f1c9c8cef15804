using PyRepo.Packaging.Names;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Upstream;

/// <summary>A file of another index.</summary>
/// <param name="client">Opens it again where another offset is wanted.</param>
/// <param name="url">Where it is.</param>
/// <param name="project">The project whose file it is.</param>
/// <param name="opened">The response that brings all its bytes, where one was asked for; disposed of here.</param>
sealed class UpstreamContent(SimpleClient client, Uri url, ProjectName project, HttpResponseMessage? opened) : FileContent
{
    readonly List<HttpResponseMessage> _responses = opened is null ? [] : [opened];
    HttpResponseMessage? _whole = opened;

    /// <inheritdoc/>
    public override async ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset == 0 && Interlocked.Exchange(ref _whole, null) is { } whole)
            return await whole.Content.ReadAsStreamAsync(cancellationToken);
        try
        {
            var response = await client.OpenFileAsync(url, project, HttpMethod.Get, offset, cancellationToken);
            _responses.Add(response);
            return await response.Content.ReadAsStreamAsync(cancellationToken);
        }
        catch (UpstreamUnavailableException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _responses.ForEach(response => response.Dispose());
        return ValueTask.CompletedTask;
    }
}
