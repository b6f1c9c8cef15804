using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.References;

namespace PyRepo.Resources.Storage;

/// <summary>The bucket with the data.</summary>
public sealed record BucketSpec
{
    public static readonly ObjectType<BucketSpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            BucketRules.Name, BucketRules.AwsNeedsRegion, BucketRules.AzureNeedsEndpoint, BucketRules.AddressingIsOfS3,
            BucketRules.EncryptionIsOfS3,
        ],
    };

    public BucketProvider Provider { get; init; } = BucketProvider.S3;
    public required string Name { get; init; }
    public string? Endpoint { get; init; }
    public string? Region { get; init; }
    public string? Prefix { get; init; }
    public SecretReference? CredentialsSecretRef { get; init; }
    public DataReference? CaBundleRef { get; init; }
    public BucketAddressing Addressing { get; init; } = BucketAddressing.Auto;

    /// <summary>Null means what the bucket does by default.</summary>
    public BucketEncryption? Encryption { get; init; }

    public bool Create { get; init; }
    public BucketDownloads Downloads { get; init; } = BucketDownloads.Stream;

    public BucketSpec()
    {
    }

    [SetsRequiredMembers]
    BucketSpec(FieldReader fields)
    {
        Provider = fields.Default("provider", new EnumType<BucketProvider>(), Provider,
            "The protocol of the object store: S3 (AWS, MinIO, Ceph, Garage and others), GCS or Azure.");
        Name = fields.Required("name", new StringType(63), "The name of the bucket, or of the container on Azure.");
        Endpoint = fields.Optional("endpoint", AddressTypes.OptionalEndpoint,
            "The URL of the service. If omitted, the URL of AWS or Google. Required for Azure: the URL of the "
            + "account.");
        Region = fields.Optional("region",
            new StringType(63) { EmptyMeansOmitted = true, Rules = [BucketRules.Region] },
            "The region of the bucket. Required for AWS; many other services ignore it.");
        Prefix = fields.Optional("prefix",
            new StringType(512) { EmptyMeansOmitted = true, Rules = [BucketRules.Prefix] },
            "The prefix of all object keys, so that several repositories can share a bucket.");
        CredentialsSecretRef = fields.Optional("credentialsSecretRef", SecretReference.Type,
            "The Secret with the keys AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if needed, AWS_SESSION_TOKEN (S3); "
            + "GOOGLE_CREDENTIALS, the JSON of a service account's key (GCS); or AZURE_STORAGE_KEY, the account's key "
            + "(Azure). If omitted, the pod's own identity is used: see server.serviceAccountAnnotations.");
        CaBundleRef = fields.Optional("caBundleRef", DataReference.Type,
            "CA certificates (PEM) that are trusted in addition to the system's.");
        Addressing = fields.Default("addressing", new EnumType<BucketAddressing>(), Addressing,
            "Where URLs name the bucket, for S3: Path in the path, VirtualHost in the host name. Auto means Path with "
            + "an endpoint or if the name has a dot, else VirtualHost.");
        Encryption = fields.Optional("encryption", BucketEncryption.Type,
            "Server-side encryption, for S3. If omitted, what the bucket does by default.");
        Create = fields.Default("create", AmountTypes.Boolean, Create,
            "Whether to create the bucket if it does not exist.");
        Downloads = fields.Default("downloads", new EnumType<BucketDownloads>(), Downloads,
            "How clients get files: Stream sends them through the server, Redirect sends clients to the bucket.");
    }
}
