using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.References;
using PyRepo.Resources.Storage;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Storage;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Server.Serving.Stores;

/// <summary>A resource's description of its bucket, with what it refers to.</summary>
sealed record BucketSource(
    Resource Resource, BucketSpec Bucket, ServerConfiguration Configuration, OwnPorts OwnPorts)
{
    /// <summary>The field with the description, for messages.</summary>
    public string Field { get; init; } = "spec.storage.bucket";

    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    /// <summary>The certificates to trust in addition to the system's, as text.</summary>
    public string? RootsText => Bucket.CaBundleRef is { } reference
        ? Configuration.FindData(Resource, reference.Kind, reference.Name, reference.Key)
        : null;

    /// <summary>The certificates to trust in addition to the system's.</summary>
    /// <exception cref="BucketException">They cannot be read.</exception>
    public X509Certificate2Collection? Roots()
    {
        if (RootsText is not { } pem)
            return null;
        try
        {
            return SystemRoots.Read(pem);
        }
        catch (CryptographicException error)
        {
            throw new BucketException(
                "BadCertificates",
                $"The certificates of {Field}.caBundleRef cannot be read: {error.Message}");
        }
    }

    /// <summary>Why the bucket's claim does not say where the bucket is, or null if it does, or there is none.</summary>
    public string? Unbound { get; init; }

    /// <summary>Returns the same, where a claim says where the bucket is, with what it says.</summary>
    public BucketSource WithClaim()
    {
        if (Bucket.ClaimRef is not { } claim)
            return this;
        var found = BucketClaim.Read(
            claim, Bucket.CaBundleRef is not null,
            key => Configuration.FindData(Resource, DataKind.ConfigMap, claim.Name, key)?.Trim());
        return this with { Bucket = found.AddTo(Bucket), Unbound = found.Problem };
    }

    /// <summary>
    /// Returns the text under a key of the bucket's Secret, which may have another name there, or null if there is none.
    /// </summary>
    public string? KeyText(string key) => Bucket.CredentialsSecretRef is { } secret
        ? Configuration.FindData(Resource, DataKind.Secret, secret.Name, secret.GetName(key))?.Trim() : null;

    /// <summary>
    /// Decides where connections may go. A bucket's host is the choice of whoever wrote the resource, as an upstream's
    /// is.
    /// </summary>
    /// <param name="endpoint">The service's URL.</param>
    public UpstreamDestinations Destinations(Uri endpoint) => new(new UpstreamSettings
    {
        Name = "The bucket",
        Url = endpoint,
        Timeout = _timeout,
        EgressPolicy = new EgressPolicy(
            Configuration.IsMounted, Configuration.ApiServers, Configuration.AllowedDestinations),
        OwnPorts = OwnPorts,
        Fingerprint = "",
    });

    /// <summary>Returns how a client over HTTP connects.</summary>
    /// <param name="endpoint">The service's URL.</param>
    public BucketConnections Connections(Uri endpoint)
    {
        var (destinations, roots) = (Destinations(endpoint), Roots());
        return new BucketConnections
        {
            ForBucket = () =>
            {
                var handler = BucketConnections.CreateHandler(roots);
                handler.ConnectCallback = (context, token) => destinations.ConnectAsync(context.DnsEndPoint, token);
                return handler;
            },
        };
    }
}
