using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>A role that is assumed with a token from a file, which is read again each time.</summary>
sealed class WebIdentityCredentials : RefreshingAWSCredentials
{
    readonly S3Settings _settings;
    readonly string _tokenFile;
    readonly string _role;

    public WebIdentityCredentials(S3Settings settings, string tokenFile, string role)
    {
        (_settings, _tokenFile, _role) = (settings, tokenFile, role);
        PreemptExpiryTime = TimeSpan.FromMinutes(5);
    }

    /// <summary>The session's name, which the service's log shows.</summary>
    public required string Session { get; init; }

    /// <summary>The token service, or null for the region's.</summary>
    public required string? Endpoint { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        try
        {
            using var http = S3Handler.CreateHttpClient(
                _settings, "the token service", new ServiceClock(_settings.Clock));
            using var client = new AmazonSecurityTokenServiceClient(new AnonymousAWSCredentials(), Configure(http));
            var response = await client.AssumeRoleWithWebIdentityAsync(new AssumeRoleWithWebIdentityRequest
            {
                RoleArn = _role,
                RoleSessionName = Session,
                WebIdentityToken = (await File.ReadAllTextAsync(_tokenFile)).Trim(),
            });
            var keys = response.Credentials;
            return new(
                new(keys.AccessKeyId, keys.SecretAccessKey, keys.SessionToken),
                keys.Expiration?.ToUniversalTime() ?? DateTime.UtcNow.AddMinutes(15));
        }
        catch (AmazonServiceException error) when ((int)error.StatusCode is >= 400 and < 500)
        {
            throw MissingCredentials.Error(
                $"The token service gave no credentials for the role '{_role}' ({error.ErrorCode}): check the role's "
                + "trust policy, and the ServiceAccount's annotation.", error);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or IOException
            or UnauthorizedAccessException)
        {
            throw new BucketException(
                "NoCredentials", $"There are no credentials for the role '{_role}': {error.GetBaseException().Message}",
                error)
            {
                IsTransient = true,
            };
        }
    }

    AmazonSecurityTokenServiceConfig Configure(HttpClient http)
    {
        var config = new AmazonSecurityTokenServiceConfig { HttpClientFactory = new SdkHttpClientFactory(http) };
        SdkDefaults.Apply(config);
        if (Endpoint is null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(Region);
        else
            (config.ServiceURL, config.AuthenticationRegion) = (Endpoint, Region);
        return config;
    }
}
