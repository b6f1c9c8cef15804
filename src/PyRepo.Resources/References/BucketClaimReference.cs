using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.References;

/// <summary>
/// A reference to a claim for a bucket in the resource's namespace. Whoever binds it makes a ConfigMap and a Secret of
/// its name; the claim itself is not looked at.
/// </summary>
public sealed record BucketClaimReference
{
    public static readonly ObjectType<BucketClaimReference> Type = new(fields => new(fields));

    /// <summary>The key of the ConfigMap with the bucket's name.</summary>
    public const string NameKey = "BUCKET_NAME";

    /// <summary>The key of the ConfigMap with the service's host.</summary>
    public const string HostKey = "BUCKET_HOST";

    /// <summary>The key of the ConfigMap with the service's port.</summary>
    public const string PortKey = "BUCKET_PORT";

    /// <summary>The key of the ConfigMap with the region, which is often empty.</summary>
    public const string RegionKey = "BUCKET_REGION";

    /// <summary>The key of the ConfigMap that says whether the service has TLS. Few write it.</summary>
    public const string TlsKey = "BUCKET_SSL";

    /// <summary>The keys of the ConfigMap without which a claim has no bucket.</summary>
    public static readonly ImmutableArray<string> RequiredKeys = [HostKey, NameKey];

    /// <summary>All keys of the ConfigMap that are read.</summary>
    public static readonly ImmutableArray<string> Keys = [.. RequiredKeys, PortKey, RegionKey, TlsKey];

    public BucketClaimKind Kind { get; init; } = BucketClaimKind.ObjectBucketClaim;
    public required string Name { get; init; }

    public BucketClaimReference()
    {
    }

    [SetsRequiredMembers]
    BucketClaimReference(FieldReader fields)
    {
        Kind = fields.Default("kind", new EnumType<BucketClaimKind>(), Kind,
            "The claim's kind: ObjectBucketClaim, of Rook and OpenShift Data Foundation.");
        Name = fields.Required("name", NameTypes.Object, "The claim's name in the resource's namespace.");
    }
}

/// <summary>The kinds of claims for a bucket.</summary>
public enum BucketClaimKind
{
    /// <summary>That of <c>objectbucket.io</c>.</summary>
    ObjectBucketClaim,
}
