using PyRepo.Egress;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>The body of a file from another index, as it arrives.</summary>
/// <param name="body">The body; disposed here.</param>
/// <param name="silence">How long the index may send nothing.</param>
/// <param name="broken">Called with the cause if the rest does not come.</param>
sealed class UpstreamStream(Stream body, SilenceLimit silence, Action<string> broken) : AsyncForwardStream
{
    /// <inheritdoc/>
    /// <exception cref="BrokenOffException">The rest does not come.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await silence.ReadAsync(body, buffer, cancellationToken);
        }
        catch (Exception error) when (error is UpstreamUnavailableException or IOException or HttpRequestException)
        {
            broken(error.Message);
            throw new BrokenOffException(error.Message);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        await base.DisposeAsync();
    }
}
