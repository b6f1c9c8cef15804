using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Sends requests about one bucket with the proof of who asks.</summary>
sealed class GcsRequests : IDisposable
{
    // The path holds names as they are escaped here: "a/../b" is a name like any other.
    static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    readonly string _bucket;
    readonly string _endpoint;
    readonly Func<GcsAuthentication> _authentication;

    /// <summary>Sends requests.</summary>
    /// <param name="settings">Which bucket.</param>
    /// <param name="connections">How to connect.</param>
    /// <param name="authentication">Returns the current proof.</param>
    public GcsRequests(
        GcsBucketSettings settings, BucketConnections connections, Func<GcsAuthentication> authentication)
    {
        _authentication = authentication;
        _endpoint = settings.Endpoint.AbsoluteUri.TrimEnd('/');
        _bucket = Uri.EscapeDataString(settings.Bucket);
        var place = $"Google Cloud Storage at {settings.Endpoint.GetLeftPart(UriPartial.Authority)}";
        Errors = new(settings.Bucket, place);
        Sender = new(place, connections.ForBucket(), connections, () => authentication().Forget());
    }

    /// <summary>Says what a response without success means.</summary>
    public GcsErrors Errors { get; }

    /// <summary>Sends the requests.</summary>
    public BucketRequestSender Sender { get; }

    /// <summary>The URL of all buckets.</summary>
    public string Buckets => $"{_endpoint}/storage/v1/b";

    /// <summary>The URL of the bucket.</summary>
    public string Bucket => $"{Buckets}/{_bucket}";

    /// <summary>The URL of all objects.</summary>
    public string Objects => $"{Bucket}/o";

    /// <summary>The URL of an object.</summary>
    public string Object(string name) => $"{Objects}/{Uri.EscapeDataString(name)}";

    /// <summary>The URL that new objects are sent to.</summary>
    public string Uploads(string type, string name) =>
        $"{_endpoint}/upload/storage/v1/b/{_bucket}/o?uploadType={type}&name={Uri.EscapeDataString(name)}"
        + $"&fields={GcsObject.Fields}";

    /// <summary>Sends a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <param name="content">Creates the body.</param>
    /// <param name="prepare">Sets headers.</param>
    /// <param name="mayRepeat">Whether it may be sent again although it may have succeeded.</param>
    /// <param name="timeout">How long all of it may take.</param>
    /// <param name="isBuffered">Whether the response is short, and read at once.</param>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, CancellationToken cancellationToken, Func<HttpContent>? content = null,
        Action<HttpRequestHeaders>? prepare = null, bool mayRepeat = true, TimeSpan? timeout = null,
        bool isBuffered = true)
    {
        return Sender.SendAsync(CreateAsync, mayRepeat, cancellationToken, timeout, isBuffered);

        async ValueTask<HttpRequestMessage> CreateAsync(CancellationToken token)
        {
            var bearer = await _authentication().GetTokenAsync(token);
            var request = new HttpRequestMessage(method, new Uri(url, _asWritten)) { Content = content?.Invoke() };
            if (bearer is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            prepare?.Invoke(request.Headers);
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
        if (response.StatusCode != HttpStatusCode.NotFound)
            await CheckAsync(response, cancellationToken);
        else if (await Errors.ReadMissingAsync(response, cancellationToken) is { } missing)
            throw missing;
        return response.IsSuccessStatusCode;
    }

    /// <summary>Reads the JSON of a response.</summary>
    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        try
        {
            if (await JsonSerializer.DeserializeAsync(body, type, cancellationToken) is { } read)
                return read;
        }
        catch (JsonException)
        {
        }
        throw new BucketException("InvalidResponse", "The answer is not what Google Cloud Storage answers.");
    }

    /// <inheritdoc/>
    public void Dispose() => Sender.Dispose();
}
