using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Access.Oidc;

/// <summary>
/// The keys of an identity provider, found by
/// <see href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect Discovery</see>. They are kept
/// for an hour, and read again earlier if a token names a key that is not among them.
/// </summary>
sealed class OidcIssuer : ISigningKeySource, IDisposable
{
    static readonly TimeSpan _fresh = TimeSpan.FromHours(1);

    /// <summary>Keys that could not be read again stay in use for so long.</summary>
    static readonly TimeSpan _stale = TimeSpan.FromHours(24);

    /// <summary>Somebody who sends tokens with invented keys makes the issuer be asked no more often than this.</summary>
    static readonly TimeSpan _pause = TimeSpan.FromSeconds(30);

    /// <summary>After a failure the issuer is not asked for so long.</summary>
    static readonly TimeSpan _pauseAfterFailure = TimeSpan.FromSeconds(5);

    readonly string _issuer;
    readonly UpstreamConnection _connection;
    readonly CircuitBreaker _breaker;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    readonly SemaphoreSlim _turn = new(1);
    KeySet? _known;
    long? _failedAt;

    /// <param name="issuer">The issuer, exactly as its tokens contain it.</param>
    /// <param name="destinations">Where connections may go.</param>
    /// <param name="ownPorts">The ports of this server, to which nothing links.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="timeout">How long to wait for each document. If null, 10 seconds.</param>
    public OidcIssuer(
        string issuer, EgressPolicy destinations, OwnPorts ownPorts, TimeProvider clock, ILogger logger,
        TimeSpan? timeout = null)
    {
        (_issuer, _clock, _logger) = (issuer, clock, logger);
        _breaker = new CircuitBreaker(clock, logger);
        _connection = new UpstreamConnection(new UpstreamSettings
        {
            Name = $"The identity provider {issuer}",
            Url = new Uri(issuer),
            Timeout = timeout ?? TimeSpan.FromSeconds(10),
            EgressPolicy = destinations,
            OwnPorts = ownPorts,
            Fingerprint = issuer,
        });
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<JsonWebKey>> FindAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _known) is { } known && IsEnough(known, keyId))
            return known.Keys;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_known is { } meanwhile && IsEnough(meanwhile, keyId))
                return meanwhile.Keys;
            return await RefreshAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    bool IsEnough(KeySet known, string? keyId)
    {
        var age = _clock.GetElapsedTime(known.ReadAt);
        return age < _pause || (age < _fresh && (keyId is null || known.Keys.Any(key => key.Id == keyId)));
    }

    async Task<ImmutableArray<JsonWebKey>> RefreshAsync(CancellationToken cancellationToken)
    {
        var isStale = _known is null || _clock.GetElapsedTime(_known.ReadAt) >= _stale;
        if (_failedAt is { } failed && _clock.GetElapsedTime(failed) < _pauseAfterFailure)
            return isStale ? throw Unavailable(null) : _known!.Keys;
        try
        {
            _known = new KeySet(await ReadAsync(cancellationToken), _clock.GetTimestamp());
            _failedAt = null;
            return _known.Keys;
        }
        catch (Exception error) when (error is UpstreamUnavailableException or JsonException or IOException
            or InvalidOperationException)
        {
            _failedAt = _clock.GetTimestamp();
            Log.KeysUnavailable(
                _logger, $"The keys of the identity provider {_issuer} cannot be read. {GetMessage(error)}");
            return isStale ? throw Unavailable(error) : _known!.Keys;
        }
    }

    static string GetMessage(Exception error) => (error as UpstreamUnavailableException)?.Detail ?? error.Message;

    /// <summary>
    /// The message for clients is shorter than the log's: what the issuer links to is nothing to strangers.
    /// </summary>
    AuthenticationUnavailableException Unavailable(Exception? cause) =>
        new($"The keys of the identity provider {_issuer} cannot be read at the moment. Try again.", cause);

    async Task<ImmutableArray<JsonWebKey>> ReadAsync(CancellationToken cancellationToken)
    {
        using var discovered = await GetAsync(
            new Uri(_issuer.TrimEnd('/') + "/.well-known/openid-configuration"), cancellationToken);
        var document = discovered.RootElement;
        // Discovery §4.3: the issuer must be exactly the one that was asked.
        if (GetText(document, "issuer") != _issuer)
            throw new JsonException("Its configuration names another issuer.");
        if (!Uri.TryCreate(GetText(document, "jwks_uri"), UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != new Uri(_issuer).Scheme))
        {
            throw new JsonException("Its configuration has no jwks_uri that is an https URL.");
        }
        using var keys = await GetAsync(url, cancellationToken);
        return JsonWebKey.ReadSet(keys.RootElement);
    }

    async Task<JsonDocument> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_connection.Timeout);
        try
        {
            var (response, _) = await _connection.SendAsync(
                HttpMethod.Get, url, null, _breaker, headers => headers.Accept.ParseAdd("application/json"),
                limit.Token);
            using (response)
            {
                if (response.StatusCode is not HttpStatusCode.OK)
                    throw new UpstreamUnavailableException($"{url} answered {(int)response.StatusCode}.");
                await response.Content.LoadIntoBufferAsync(ServerLimits.MaxIssuerDocumentLength, limit.Token);
                await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
                return await JsonDocument.ParseAsync(body, cancellationToken: limit.Token);
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamUnavailableException($"{url} did not respond in time.", error);
        }
        catch (HttpRequestException error)
        {
            throw new UpstreamUnavailableException($"{url} broke off, or sent too much: {error.Message}", error);
        }
    }

    static string? GetText(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    sealed record KeySet(ImmutableArray<JsonWebKey> Keys, long ReadAt);
}
