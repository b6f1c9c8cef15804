using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.References;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Storage;

/// <summary>The bucket with the data.</summary>
public sealed record BucketSpec
{
    static readonly ImmutableArray<Rule<BucketSpec>> _commonRules =
        [BucketRules.AzureNeedsEndpoint, BucketRules.AddressingIsOfS3, BucketRules.KeysAreOfS3];

    static readonly ImmutableArray<Rule<BucketSpec>> _rules =
        [BucketRules.Name, BucketRules.AwsNeedsRegion, .. _commonRules];

    public static readonly ObjectType<BucketSpec> Type = new(fields => new(fields, isWritten: true, isServed: true))
    {
        Rules =
        [
            BucketClaimRules.NameOrClaim, BucketClaimRules.Name, BucketClaimRules.AwsNeedsRegion, .. _commonRules,
            BucketRules.EncryptionIsOfS3, BucketClaimRules.SaysWhere, BucketClaimRules.IsOfS3,
        ],
    };

    /// <summary>A bucket from which nobody downloads.</summary>
    public static readonly ObjectType<BucketSpec> WrittenType =
        new(fields => new(fields, isWritten: true, isServed: false))
        {
            Rules = [.. _rules, BucketRules.EncryptionIsOfS3],
        };

    /// <summary>A bucket that is only read.</summary>
    public static readonly ObjectType<BucketSpec> ReadType =
        new(fields => new(fields, isWritten: false, isServed: false)) { Rules = [.. _rules] };

    public BucketProvider Provider { get; init; } = BucketProvider.S3;

    /// <summary>Null: <see cref="ClaimRef"/> names it.</summary>
    public string? Name { get; init; }

    /// <summary>Null: the spec itself says where the bucket is.</summary>
    public BucketClaimReference? ClaimRef { get; init; }

    public string? Endpoint { get; init; }
    public string? Region { get; init; }
    public string? Prefix { get; init; }
    public BucketCredentialsReference? CredentialsSecretRef { get; init; }
    public DataReference? CaBundleRef { get; init; }
    public BucketAddressing Addressing { get; init; } = BucketAddressing.Auto;

    /// <summary>Null means what the bucket does by default.</summary>
    public BucketEncryption? Encryption { get; init; }

    public bool Create { get; init; }
    public BucketDownloads Downloads { get; init; } = BucketDownloads.Stream;

    /// <summary>The bucket, for messages: <c>bucket team-a</c>.</summary>
    public string Title => ClaimRef is { } claim ? $"bucket of the {claim.Kind} {claim.Name}" : $"bucket {Name}";

    public BucketSpec()
    {
    }

    BucketSpec(FieldReader fields, bool isWritten, bool isServed)
    {
        Provider = fields.Default("provider", new EnumType<BucketProvider>(), Provider,
            "The protocol of the object store: S3 (AWS, MinIO, Ceph, Garage and others), GCS or Azure.");
        const string NameDoc = "The name of the bucket, or of the container on Azure.";
        Name = isServed
            ? fields.Optional("name", new StringType(63), NameDoc)
            : fields.Required("name", new StringType(63), NameDoc);
        if (isServed)
        {
            ClaimRef = fields.Optional("claimRef", BucketClaimReference.Type,
                "A claim that says where the bucket is and has its keys, instead of name, endpoint, region and "
                + "credentialsSecretRef.");
        }
        Endpoint = fields.Optional("endpoint", AddressTypes.OptionalEndpoint,
            "The URL of the service. If omitted, the URL of AWS or Google. Required for Azure: the URL of the "
            + "account.");
        Region = fields.Optional("region",
            new StringType(63) { EmptyMeansOmitted = true, Rules = [BucketRules.Region] },
            "The region of the bucket. Required for AWS; many other services ignore it.");
        Prefix = fields.Optional("prefix",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [BucketRules.Prefix] },
            "The prefix of all object keys, so that several repositories can share a bucket.");
        CredentialsSecretRef = fields.Optional("credentialsSecretRef", BucketCredentialsReference.Type,
            "The Secret with the keys AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if needed, AWS_SESSION_TOKEN (S3); "
            + "GOOGLE_CREDENTIALS, the JSON of a service account's key (GCS); or AZURE_STORAGE_KEY, the account's key "
            + "(Azure). If omitted, the pod's own identity is used: see server.serviceAccountAnnotations.");
        CaBundleRef = fields.Optional("caBundleRef", DataReference.Type,
            "CA certificates (PEM) that are trusted in addition to the system's.");
        Addressing = fields.Default("addressing", new EnumType<BucketAddressing>(), Addressing,
            "Where URLs name the bucket, for S3: Path in the path, VirtualHost in the host name. Auto means Path with "
            + "an endpoint or if the name has a dot, else VirtualHost.");
        if (isWritten)
        {
            Encryption = fields.Optional("encryption", BucketEncryption.Type,
                "Server-side encryption, for S3. If omitted, the bucket's default.");
            Create = fields.Default("create", AmountTypes.Boolean, Create,
                "Whether to create the bucket if it does not exist.");
        }
        if (isServed)
        {
            Downloads = fields.Default("downloads", new EnumType<BucketDownloads>(), Downloads,
                "How clients get files: Stream sends them through the server, Redirect sends clients to the bucket.");
        }
    }
}

/// <summary>The protocol of an object store.</summary>
public enum BucketProvider
{
    S3,
    GCS,
    Azure,
}

/// <summary>How clients get the files of a bucket.</summary>
public enum BucketDownloads
{
    /// <summary>Through the server.</summary>
    Stream,

    /// <summary>Through a presigned URL of the bucket.</summary>
    Redirect,
}

/// <summary>Where a URL of S3 names the bucket.</summary>
public enum BucketAddressing
{
    /// <summary>In the path with an endpoint or if the name has a dot, else in the host name.</summary>
    Auto,

    /// <summary>In the path: <c>https://HOST/BUCKET/KEY</c>.</summary>
    Path,

    /// <summary>In the host name: <c>https://BUCKET.HOST/KEY</c>.</summary>
    VirtualHost,
}

/// <summary>How the object store encrypts what it keeps.</summary>
public sealed record BucketEncryption
{
    public static readonly ObjectType<BucketEncryption> Type = new(fields => new(fields))
    {
        Rules = [BucketRules.KeyNeedsKms],
    };

    public required EncryptionAlgorithm Algorithm { get; init; }

    /// <summary>Null means the service's default key.</summary>
    public string? KmsKeyId { get; init; }

    public BucketEncryption()
    {
    }

    [SetsRequiredMembers]
    BucketEncryption(FieldReader fields)
    {
        Algorithm = fields.Required("algorithm", new EnumType<EncryptionAlgorithm>(),
            "AES256 encrypts with the object store's own keys, KMS with a key of a key management service.");
        KmsKeyId = fields.Optional("kmsKeyId",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [BucketRules.KmsKeyId] },
            "The key of the key management service: its ID, alias or ARN. If omitted, the service's default key.");
    }
}

/// <summary>The holder of the key of server-side encryption.</summary>
public enum EncryptionAlgorithm
{
    /// <summary>The object store: SSE-S3.</summary>
    AES256,

    /// <summary>A key management service: SSE-KMS.</summary>
    KMS,
}
