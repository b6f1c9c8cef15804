using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>The SDK's client, and an HTTP client with the same connections for what the SDK does slowly.</summary>
sealed class S3Connection : IDisposable
{
    readonly ServiceClock _clock = new();
    readonly AmazonS3Client _sdk;
    readonly SignatureV4 _signature;
    readonly string _baseUrl;

    public S3Connection(S3Settings settings)
    {
        Settings = settings;
        Errors = new S3Errors(settings);
        Http = S3Handler.CreateHttpClient(settings, Errors.Service, _clock);
        _sdk = new AmazonS3Client(settings.Credentials, Configure(settings, Http));
        _signature = new SignatureV4(settings.Region);
        var request = new GetObjectRequest { BucketName = settings.Bucket, Key = "k" };
        _baseUrl = _sdk.DetermineServiceOperationEndpoint(request).URL.TrimEnd('/') + "/";
    }

    /// <summary>The settings.</summary>
    public S3Settings Settings { get; }

    /// <summary>The meanings of errors.</summary>
    public S3Errors Errors { get; }

    /// <summary>The client for requests that are signed here.</summary>
    public HttpClient Http { get; }

    /// <summary>About the time that the service gives to what it writes now.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>Sends a request with the SDK, again if it fails for a reason that may pass.</summary>
    public Task<T> SendAsync<T>(
        Func<AmazonS3Client, CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        Retries.RunAsync(token => SendOnceAsync(send, token), cancellationToken);

    /// <summary>Sends a request with the SDK, once.</summary>
    public async Task<T> SendOnceAsync<T>(
        Func<AmazonS3Client, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send(_sdk, cancellationToken);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException)
        {
            throw Errors.From(error);
        }
        catch (Exception error) when (Unreachable.Is(error, cancellationToken))
        {
            throw Unreachable.Error(Errors.Service, error);
        }
    }

    /// <summary>Creates a signed request without a body. The caller may add headers.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="name">The object, or an empty name for the bucket.</param>
    /// <param name="query">The query, sorted and escaped.</param>
    public async ValueTask<HttpRequestMessage> CreateRequestAsync(HttpMethod method, string name, string query = "")
    {
        // The SDK's credentials complete at once unless they are about to expire.
        var credentials = await Settings.Credentials.GetCredentialsAsync();
        var url = new Uri(
            _baseUrl + SignatureV4.EscapePath(name) + query,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(method, url);
        _signature.Sign(request, credentials, DateTimeOffset.UtcNow);
        return request;
    }

    /// <inheritdoc cref="IBucketClient.Presign"/>
    public Uri Presign(string name, TimeSpan validFor)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = Settings.Bucket,
            Key = name,
            Verb = HttpVerb.GET,
            Expires = DateTime.UtcNow + validFor,
            Protocol = Settings.Endpoint?.Scheme == "http" ? Protocol.HTTP : Protocol.HTTPS,
        };
        return new(_sdk.GetPreSignedURL(request));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sdk.Dispose();
        Http.Dispose();
    }

    static AmazonS3Config Configure(S3Settings settings, HttpClient http)
    {
        var config = new AmazonS3Config
        {
            HttpClientFactory = new SdkHttpClientFactory(http),
            ForcePathStyle = settings.UsesPath,
            UseArnRegion = false,
            DisableMultiregionAccessPoints = true,
            DisableS3ExpressSessionAuth = true,
            USEast1RegionalEndpointValue = S3UsEast1RegionalEndpointValue.Regional,
        };
        SdkDefaults.Apply(config);
        if (settings.Endpoint is { } endpoint)
            (config.ServiceURL, config.AuthenticationRegion) = (endpoint.AbsoluteUri, settings.Region);
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        return config;
    }
}
