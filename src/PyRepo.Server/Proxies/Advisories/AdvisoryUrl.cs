using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>A database at a URL. Connections go where those of an upstream may go.</summary>
sealed class AdvisoryUrl : IAdvisorySource
{
    readonly UpstreamSettings _settings;
    readonly UpstreamConnection _connection;
    readonly CircuitBreaker _breaker;
    readonly TimeProvider _clock;

    /// <param name="settings">How to reach the URL, which is that of the settings.</param>
    /// <param name="clock">The clock.</param>
    public AdvisoryUrl(UpstreamSettings settings, TimeProvider clock)
    {
        // A token is for the upstream alone.
        _settings = settings with { Name = UpstreamConnection.Redacted(settings.Url), Member = null };
        _clock = clock;
        _connection = new UpstreamConnection(_settings);
        // The feed says in the log what fails, and when to try again.
        _breaker = new CircuitBreaker(clock, NullLogger.Instance);
        Fingerprint = SourceFingerprint.Compute(settings.Url.AbsoluteUri);
    }

    /// <inheritdoc/>
    public string Name => _settings.Name;

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public async Task<FetchedAdvisories?> OpenAsync(PageValidators? known, CancellationToken cancellationToken)
    {
        var (response, final) = await _connection.SendAsync(
            HttpMethod.Get, _settings.Url, null, _breaker, headers =>
            {
                headers.TryAddWithoutValidation("Accept-Encoding", "identity");
                if (known?.ETag is { } tag)
                    headers.TryAddWithoutValidation("If-None-Match", tag);
                if (known?.LastModified is { } modified)
                    headers.TryAddWithoutValidation("If-Modified-Since", modified);
            },
            cancellationToken);
        try
        {
            if (response.StatusCode is HttpStatusCode.NotModified && known is { IsEmpty: false })
            {
                response.Dispose();
                return null;
            }
            if (response.StatusCode is not HttpStatusCode.OK || response.Content.Headers.ContentEncoding.Count > 0)
                throw _connection.Unusable(final, GetRejection(response), response.StatusCode);
            var body = new UpstreamStream(
                await response.Content.ReadAsStreamAsync(cancellationToken),
                new SilenceLimit(_settings.Timeout, _clock, Name), static _ => { });
            return new FetchedAdvisories(body, PageReader.GetValidators(response), response);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    string GetRejection(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.OK
        ? $"{Name} is encoded as {string.Join(", ", response.Content.Headers.ContentEncoding)}."
        : $"{Name} answered {(int)response.StatusCode}.";
}
