using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Server.Access;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Groups;

/// <summary>
/// The tokens of a group's member on another server, which keeps them. What it says about a token is remembered for two
/// seconds.
/// </summary>
sealed class MemberTokenSource : IApiTokenSource, IDisposable
{
    const int MaxRemembered = 1024;
    static readonly TimeSpan _fresh = TimeSpan.FromSeconds(2);
    readonly ConcurrentDictionary<string, (ApiToken? Token, long At)> _known = new(StringComparer.Ordinal);
    readonly UpstreamConnection _connection;
    readonly CircuitBreaker _breaker;
    readonly string _name;
    readonly Uri _url;
    readonly TimeProvider _clock;

    /// <param name="settings">How to reach the member. Its tokens must allow to look up tokens.</param>
    /// <param name="url">The member's URL.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public MemberTokenSource(UpstreamSettings settings, Uri url, TimeProvider clock, ILogger logger)
    {
        (_name, _url, _clock) = (settings.Name, url, clock);
        _connection = new UpstreamConnection(settings);
        _breaker = new CircuitBreaker(clock, logger);
    }

    /// <inheritdoc/>
    public async ValueTask<ApiToken?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known) && _clock.GetElapsedTime(known.At) < _fresh)
            return known.Token;
        if (_known.Count >= MaxRemembered)
            _known.Clear();
        var token = await AskAsync(id, cancellationToken);
        _known[id] = (token, _clock.GetTimestamp());
        return token;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    async Task<ApiToken?> AskAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var (response, _) = await _connection.SendAsync(
                HttpMethod.Get, new Uri(_url, $"api/v1/tokens/{Uri.EscapeDataString(id)}"), null, _breaker,
                headers => headers.Accept.ParseAdd("application/json"), cancellationToken);
            using (response)
            {
                if (response.StatusCode is HttpStatusCode.NotFound)
                    return null;
                if (response.StatusCode is not HttpStatusCode.OK)
                    throw new AuthenticationUnavailableException($"{_name} did not return its tokens.");
                await response.Content.LoadIntoBufferAsync(ServerLimits.MaxApiBodyLength, cancellationToken);
                return await response.Content.ReadFromJsonAsync(AccessJson.Default.ApiToken, cancellationToken);
            }
        }
        catch (Exception error) when (error is UpstreamUnavailableException or HttpRequestException or IOException
            or JsonException)
        {
            throw new AuthenticationUnavailableException($"{_name} did not return its tokens. Try again.", error);
        }
    }
}
