using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.References;
using PyRepo.Resources.Storage;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Azure;
using PyRepo.Storage.Buckets.Gcs;
using PyRepo.Storage.Buckets.S3;

namespace PyRepo.Server.Serving.Stores;

/// <summary>Creates the clients of buckets, and what passes them the keys of a later configuration.</summary>
/// <remarks>
/// A bearer token opens the bucket to whoever receives it. It goes only to hosts of the provider: the author of a
/// resource, who names the endpoint, may not be allowed to read the Secret.
/// </remarks>
static class BucketClients
{
    static readonly string[] _azureDomains =
        [".blob.core.windows.net", ".blob.core.usgovcloudapi.net", ".blob.core.chinacloudapi.cn"];

    /// <summary>Creates the client of a bucket.</summary>
    public static (IBucketClient Client, Action<ServerConfiguration> UseKeys) Create(BucketSource source)
    {
        try
        {
            if (source.Unbound is { } why)
                throw new BucketException(BucketClaim.NotBound, why);
            return source.Bucket.Provider switch
            {
                BucketProvider.GCS => CreateGcs(source),
                BucketProvider.Azure => CreateAzure(source),
                _ => CreateS3(source),
            };
        }
        catch (BucketException error)
        {
            return (new RejectedBucketClient(error), static _ => { });
        }
    }

    /// <summary>Returns what a client was made from, except for keys that may be replaced by others.</summary>
    public static string GetFingerprint(Resource resource, BucketSpec bucket, ServerConfiguration configuration)
    {
        var source = new BucketSource(resource, bucket, configuration, new OwnPorts()).WithClaim();
        var text = $"{source.Bucket with { Downloads = default }}\n{source.RootsText}\n{IsKeyValid(source)}\n"
            + $"{source.Unbound}\n{resource.Spec().Server.Replicas > 1}\n{configuration.IsMounted}\n"
            + string.Join('\n', configuration.AllowedDestinations) + string.Join('\n', configuration.ApiServers);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    static bool IsKeyValid(BucketSource source)
    {
        try
        {
            if (source.Bucket.Provider is BucketProvider.GCS)
                GetGcsKey(source);
            if (source.Bucket.Provider is BucketProvider.Azure)
                GetAzureKey(source);
            return true;
        }
        catch (BucketException)
        {
            return false;
        }
    }

    static (IBucketClient Client, Action<ServerConfiguration> UseKeys) CreateS3(BucketSource source)
    {
        var bucket = source.Bucket;
        var region = bucket.Region ?? "us-east-1";
        var endpoint = bucket.Endpoint is { } given ? new Uri(given) : null;
        var destinations = source.Destinations(endpoint ?? new Uri($"https://s3.{region}.amazonaws.com"));
        var settings = new S3Settings
        {
            Bucket = bucket.Name!,
            Credentials = new AnonymousAWSCredentials(),
            Endpoint = endpoint,
            Region = region,
            Addressing = bucket.Addressing switch
            {
                BucketAddressing.Path => S3Addressing.Path,
                BucketAddressing.VirtualHost => S3Addressing.VirtualHost,
                _ => S3Addressing.Auto,
            },
            Encryption = bucket.Encryption?.Algorithm switch
            {
                EncryptionAlgorithm.AES256 => S3Encryption.Aes256,
                EncryptionAlgorithm.KMS => S3Encryption.Kms,
                _ => S3Encryption.None,
            },
            KmsKeyId = bucket.Encryption?.KmsKeyId,
            Roots = source.Roots(),
            Connect = (context, token) => destinations.ConnectAsync(context.DnsEndPoint, token),
        };
        if (bucket.CredentialsSecretRef is not { } secret)
        {
            var client = new S3BucketClient(settings with { Credentials = PodCredentials.Create(settings) });
            return (client, static _ => { });
        }
        var (id, key) = (BucketCredentialsKeys.UsualAccessKeyId, BucketCredentialsKeys.UsualSecretAccessKey);
        var keys = new ReplaceableCredentials { Names = $"{secret.GetName(id)} and {secret.GetName(key)}" };
        void UseKeys(ServerConfiguration configuration)
        {
            var now = source with { Configuration = configuration };
            keys.Replace(now.KeyText(id), now.KeyText(key), now.KeyText("AWS_SESSION_TOKEN"));
        }
        UseKeys(source.Configuration);
        return (new S3BucketClient(settings with { Credentials = keys }), UseKeys);
    }

    static (IBucketClient Client, Action<ServerConfiguration> UseKeys) CreateGcs(BucketSource source)
    {
        var settings = new GcsBucketSettings { Bucket = source.Bucket.Name!, Location = source.Bucket.Region };
        if (source.Bucket.Endpoint is { } given)
            settings = settings with { Endpoint = new Uri(given) };
        var isGoogle = settings.Endpoint is { Scheme: "https" } endpoint
            && endpoint.Host.EndsWith(".googleapis.com", StringComparison.OrdinalIgnoreCase);
        settings = settings with { Credentials = isGoogle ? GetGcsKey(source) : GcsCredentials.None };
        var client = new GcsBucketClient(settings, source.Connections(settings.Endpoint));
        return (client, configuration =>
        {
            if (isGoogle)
                client.Replace(GetGcsKey(source with { Configuration = configuration }));
        }
        );
    }

    static (IBucketClient Client, Action<ServerConfiguration> UseKeys) CreateAzure(BucketSource source)
    {
        var endpoint = new Uri(source.Bucket.Endpoint!);
        var key = GetAzureKey(source);
        if (key == AzureCredentials.Identity && !(endpoint.Scheme == Uri.UriSchemeHttps && _azureDomains.Any(
            domain => endpoint.Host.EndsWith(domain, StringComparison.OrdinalIgnoreCase))))
        {
            throw new BucketException(
                "NoCredentials",
                $"The pod's identity is shown only to hosts of Azure, and '{endpoint.Host}' is none. "
                + $"Name a Secret with the account's key in {source.Field}.credentialsSecretRef.");
        }
        var settings = new AzureBucketSettings
        {
            Container = source.Bucket.Name!,
            Endpoint = endpoint,
            Credentials = key,
        };
        var client = new AzureBucketClient(settings, source.Connections(endpoint));
        return (client, now => client.Replace(GetAzureKey(source with { Configuration = now })));
    }

    /// <exception cref="BucketException">There is no key where one is named, or it can't be read.</exception>
    static GcsCredentials GetGcsKey(BucketSource source) => source.Bucket.CredentialsSecretRef is null
        ? GcsCredentials.Identity
        : GcsCredentials.ServiceAccount(source.KeyText("GOOGLE_CREDENTIALS") ?? throw Missing("GOOGLE_CREDENTIALS"));

    /// <exception cref="BucketException">There is no key where one is named, or it can't be read.</exception>
    static AzureCredentials GetAzureKey(BucketSource source) => source.Bucket.CredentialsSecretRef is null
        ? AzureCredentials.Identity
        : AzureCredentials.AccountKey(source.KeyText("AZURE_STORAGE_KEY") ?? throw Missing("AZURE_STORAGE_KEY"));

    static BucketException Missing(string key) =>
        new("NoCredentials", $"There is no key for the bucket: its Secret needs {key}.");
}

/// <summary>
/// Stands for a bucket whose settings are of no use: every request fails with what is wrong with them.
/// </summary>
sealed class RejectedBucketClient(BucketException error) : IBucketClient
{
    public int PartLength => 1;

    public int MaxConcurrentParts => 1;

    public Task<StoredObject?> HeadAsync(string name, CancellationToken cancellationToken) => throw error;

    public Task<BucketResponse> GetAsync(string name, BucketRead read, CancellationToken cancellationToken) =>
        throw error;

    public Task<StoredObject> PutAsync(
        string name, BucketBody body, WriteCondition condition, CancellationToken cancellationToken) => throw error;

    public Task<string> BeginUploadAsync(string name, CancellationToken cancellationToken) => throw error;

    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken) => throw error;

    public Task<StoredObject> CompleteUploadAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken) => throw error;

    public Task AbortUploadAsync(string name, string upload, CancellationToken cancellationToken) => throw error;

    public Task AbortUploadsAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken) =>
        throw error;

    public IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, string? startAfter, CancellationToken cancellationToken) => throw error;

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => throw error;

    public Uri? Presign(string name, TimeSpan validFor) => null;

    public Task<bool> BucketExistsAsync(CancellationToken cancellationToken) => throw error;

    public Task<bool> CreateBucketAsync(CancellationToken cancellationToken) => throw error;

    public Task DeleteBucketAsync(CancellationToken cancellationToken) => throw error;

    public void Dispose()
    {
    }
}
