using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Sends requests about one container with the proof of who asks.</summary>
sealed class AzureRequests : IDisposable
{
    const string Version = "2021-12-02";

    // The path holds names as they are escaped here: "a/../b" is a name like any other.
    static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    readonly AzureBucketSettings _settings;
    readonly BucketConnections _connections;
    readonly Func<AzureAuthentication> _authentication;

    /// <summary>Sends requests.</summary>
    /// <param name="settings">Which container.</param>
    /// <param name="connections">How to connect.</param>
    /// <param name="authentication">Returns the current proof.</param>
    public AzureRequests(
        AzureBucketSettings settings, BucketConnections connections, Func<AzureAuthentication> authentication)
    {
        (_settings, _connections, _authentication) = (settings, connections, authentication);
        var endpoint = settings.Endpoint.AbsoluteUri.TrimEnd('/');
        Container = $"{endpoint}/{Uri.EscapeDataString(settings.Container)}";
        var place = $"Azure Blob Storage at {settings.Endpoint.GetLeftPart(UriPartial.Path)}";
        Errors = new(settings.Container, place);
        Sender = new(place, connections.ForBucket(), connections, () => authentication().Forget());
    }

    /// <summary>Sends the requests.</summary>
    public BucketRequestSender Sender { get; }

    /// <summary>Says what a response without success means.</summary>
    public AzureErrors Errors { get; }

    /// <summary>The URL of the container.</summary>
    public string Container { get; }

    /// <summary>The URL of an object.</summary>
    public string Object(string name) =>
        $"{Container}/{Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal)}";

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <param name="content">Creates the body.</param>
    /// <param name="prepare">Sets headers.</param>
    /// <param name="mayRepeat">Whether it may be sent again although it may have succeeded.</param>
    /// <param name="timeout">How long all of it may take.</param>
    /// <param name="isBuffered">Whether the response is short, and read at once.</param>
    /// <param name="version">The version of the protocol, if it must be a newer one.</param>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, CancellationToken cancellationToken, Func<HttpContent>? content = null,
        Action<HttpRequestHeaders>? prepare = null, bool mayRepeat = true, TimeSpan? timeout = null,
        bool isBuffered = true, string version = Version)
    {
        return Sender.SendAsync(CreateAsync, mayRepeat, cancellationToken, timeout, isBuffered);

        async ValueTask<HttpRequestMessage> CreateAsync(CancellationToken token)
        {
            var request = new HttpRequestMessage(method, new Uri(url, _asWritten)) { Content = content?.Invoke() };
            request.Headers.Add("x-ms-version", version);
            request.Headers.Add(
                "x-ms-date", _connections.Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
            prepare?.Invoke(request.Headers);
            await _authentication().SignAsync(request, _settings.EffectiveAccount, token);
            return request;
        }
    }

    /// <summary>Throws unless a response tells of success.</summary>
    public async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw await Errors.ReadAsync(response, cancellationToken);
    }

    /// <summary>
    /// Returns whether an object is there that a response is about. Throws if the response tells of anything else than
    /// success or a missing object.
    /// </summary>
    public async Task<bool> IsFoundAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotFound && AzureErrors.GetCode(response) is "BlobNotFound" or "404")
            return false;
        await CheckAsync(response, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Sender.Dispose();
}

/// <summary>Proves who asks.</summary>
sealed class AzureAuthentication(AzureCredentials credentials, AzureTokens tokens, TimeProvider clock)
{
    readonly AccessTokenCache? _cache = credentials is AzureIdentity ? new(tokens.FetchAsync, clock) : null;

    /// <summary>The account's key, if it is known.</summary>
    public AzureAccountKey? Key => credentials as AzureAccountKey;

    /// <summary>Signs a request, or adds a token to it.</summary>
    public async ValueTask SignAsync(HttpRequestMessage request, string account, CancellationToken cancellationToken)
    {
        if (Key is { } key)
            AzureSharedKey.Sign(request, account, key);
        else if (_cache is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", await _cache.GetAsync(cancellationToken));
    }

    /// <summary>Forgets a token that was refused. Returns whether another one may be accepted.</summary>
    public bool Forget() => _cache?.Forget() ?? false;
}

/// <summary>One of the two keys of a storage account.</summary>
sealed record AzureAccountKey : AzureCredentials
{
    readonly byte[] _key;

    AzureAccountKey(byte[] key) => _key = key;

    /// <summary>Reads the key.</summary>
    public static AzureAccountKey Parse(string key)
    {
        var bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key.Trim(), bytes, out var length) && length > 0
            ? new(bytes[..length])
            : throw new BucketException(
                "InvalidKey",
                "The key of the storage account is not Base64. Copy one of the two keys below 'Access keys', without "
                + "the rest of the connection string.");
    }

    /// <summary>Signs a text.</summary>
    public string Sign(string text) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    /// <inheritdoc/>
    public override string ToString() => "the key of a storage account";
}
