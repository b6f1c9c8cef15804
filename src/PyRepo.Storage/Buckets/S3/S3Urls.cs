using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>The URLs of a bucket. The SDK, which sends nothing, knows the addresses of AWS.</summary>
sealed class S3Urls : IDisposable
{
    readonly S3Settings _settings;
    readonly AmazonS3Client _sdk;

    public S3Urls(S3Settings settings)
    {
        _settings = settings;
        _sdk = new AmazonS3Client(settings.Credentials, Configure(settings));
        var request = new GetObjectRequest { BucketName = settings.Bucket, Key = "k" };
        Base = _sdk.DetermineServiceOperationEndpoint(request).URL.TrimEnd('/') + "/";
    }

    /// <summary>The URL of the bucket, which ends with a slash.</summary>
    public string Base { get; }

    /// <inheritdoc cref="IBucketClient.Presign"/>
    public Uri Presign(string name, TimeSpan validFor)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = _settings.Bucket,
            Key = name,
            Verb = HttpVerb.GET,
            Expires = DateTime.UtcNow + validFor,
            Protocol = _settings.Endpoint?.Scheme == "http" ? Protocol.HTTP : Protocol.HTTPS,
        };
        return new(_sdk.GetPreSignedURL(request));
    }

    /// <inheritdoc/>
    public void Dispose() => _sdk.Dispose();

    static AmazonS3Config Configure(S3Settings settings)
    {
        var config = new AmazonS3Config
        {
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
