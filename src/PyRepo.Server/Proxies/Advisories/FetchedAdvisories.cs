using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>A database as it arrives from its source.</summary>
/// <param name="body">The bytes; disposed here.</param>
/// <param name="validators">The validators by which the source recognizes them.</param>
/// <param name="owner">Another object to dispose.</param>
sealed class FetchedAdvisories(Stream body, PageValidators validators, IDisposable? owner = null) : IAsyncDisposable
{
    /// <summary>The bytes.</summary>
    public Stream Body => body;

    /// <summary>By which the source recognizes them.</summary>
    public PageValidators Validators => validators;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        owner?.Dispose();
    }
}
