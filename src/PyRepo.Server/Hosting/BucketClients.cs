using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amazon.Runtime;
using PyRepo.Resources;
using PyRepo.Resources.Storage;
using PyRepo.Server.Configuration;
using PyRepo.Server.Upstream;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;

namespace PyRepo.Server.Hosting;

/// <summary>Creates the clients of buckets.</summary>
static class BucketClients
{
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Creates the client of a resource's bucket, and what passes it the keys of a later configuration.
    /// </summary>
    public static (IBucketClient Client, Action<ServerConfiguration> UseKeys) Create(
        Resource resource, BucketSpec bucket, ServerConfiguration configuration, OwnPorts ownPorts) =>
        bucket.Provider switch
        {
            BucketProvider.S3 => CreateS3(resource, bucket, configuration, ownPorts),
            _ => throw new NotSupportedException($"{bucket.Provider} is not supported yet."),
        };

    /// <summary>Returns what a client was made from, except for the keys.</summary>
    public static string FingerprintOf(Resource resource, BucketSpec bucket, ServerConfiguration configuration)
    {
        var text = $"{bucket with { Downloads = default }}\n{RootsTextOf(resource, bucket, configuration)}\n"
            + $"{resource.Spec().Server.Replicas > 1}\n{configuration.IsMounted}\n"
            + string.Join('\n', configuration.AllowedDestinations) + string.Join('\n', configuration.ApiServers);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    static (IBucketClient Client, Action<ServerConfiguration> UseKeys) CreateS3(
        Resource resource, BucketSpec bucket, ServerConfiguration configuration, OwnPorts ownPorts)
    {
        var region = bucket.Region ?? "us-east-1";
        var destinations = DestinationsOf(
            bucket.Endpoint is { } given ? new Uri(given) : new Uri($"https://s3.{region}.amazonaws.com"),
            configuration, ownPorts);
        var settings = new S3Settings
        {
            Bucket = bucket.Name,
            Credentials = new AnonymousAWSCredentials(),
            Endpoint = bucket.Endpoint is { } endpoint ? new Uri(endpoint) : null,
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
            Roots = RootsOf(resource, bucket, configuration),
            Connect = (context, token) => destinations.ConnectAsync(context.DnsEndPoint, token),
        };
        if (bucket.CredentialsSecretRef is not { Name: var secret })
            return (new S3BucketClient(settings with { Credentials = PodCredentials.Create(settings) }), static _ => { });
        var keys = new ReplaceableCredentials();
        void UseKeys(ServerConfiguration now)
        {
            var found = now.FindSecret(resource, secret);
            keys.Replace(
                TextOf(found, "AWS_ACCESS_KEY_ID"), TextOf(found, "AWS_SECRET_ACCESS_KEY"),
                TextOf(found, "AWS_SESSION_TOKEN"));
        }
        UseKeys(configuration);
        return (new S3BucketClient(settings with { Credentials = keys }), UseKeys);
    }

    /// <summary>A bucket's host is the choice of whoever wrote the resource, as an upstream's is.</summary>
    static UpstreamDestinations DestinationsOf(Uri endpoint, ServerConfiguration configuration, OwnPorts ownPorts) =>
        new(new UpstreamSettings
        {
            Name = "The bucket",
            Url = endpoint,
            Timeout = _timeout,
            EgressPolicy = new EgressPolicy(
                configuration.IsMounted, configuration.ApiServers, configuration.AllowedDestinations),
            OwnPorts = ownPorts,
            Fingerprint = "",
        });

    static string? RootsTextOf(Resource resource, BucketSpec bucket, ServerConfiguration configuration) =>
        bucket.CaBundleRef is { } reference
            ? configuration.FindData(resource, reference.Kind, reference.Name, reference.Key)
            : null;

    static X509Certificate2Collection? RootsOf(
        Resource resource, BucketSpec bucket, ServerConfiguration configuration)
    {
        if (RootsTextOf(resource, bucket, configuration) is not { } pem)
            return null;
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(pem);
            return roots;
        }
        catch (CryptographicException error)
        {
            throw new BucketException(
                "BadCertificates", $"The certificates of spec.storage.bucket.caBundleRef cannot be read: {error.Message}");
        }
    }

    static string? TextOf(IReadOnlyDictionary<string, byte[]>? secret, string key) =>
        secret is not null && secret.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes).Trim() : null;
}
