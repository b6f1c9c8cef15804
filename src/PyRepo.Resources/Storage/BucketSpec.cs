using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.References;

namespace PyRepo.Resources.Storage;

/// <summary>The bucket that holds the data.</summary>
public sealed record BucketSpec
{
    public static readonly ObjectType<BucketSpec> Type = new(fields => new(fields))
    {
        Rules = [BucketRules.Name, BucketRules.AwsNeedsRegion, BucketRules.AzureNeedsEndpoint],
    };

    public BucketProvider Provider { get; init; } = BucketProvider.S3;
    public required string Name { get; init; }
    public string? Endpoint { get; init; }
    public string? Region { get; init; }
    public string? Prefix { get; init; }
    public SecretReference? CredentialsSecretRef { get; init; }
    public bool Create { get; init; }
    public BucketDownloads Downloads { get; init; } = BucketDownloads.Stream;

    public BucketSpec()
    {
    }

    [SetsRequiredMembers]
    BucketSpec(FieldReader fields)
    {
        Provider = fields.Default("provider", new EnumType<BucketProvider>(), Provider,
            "The object store's protocol: S3 (AWS, MinIO, Ceph, Garage and others), GCS or Azure.");
        Name = fields.Required("name", new StringType(63), "The name of the bucket, or of Azure's container.");
        Endpoint = fields.Optional("endpoint", AddressTypes.OptionalEndpoint,
            "The URL of the service; left out, that of AWS or Google. Azure needs its account's URL.");
        Region = fields.Optional("region", new StringType(63) { EmptyMeansOmitted = true, Rules = [BucketRules.Region] },
            "The region that holds the bucket. AWS needs it; many other services do not care.");
        Prefix = fields.Optional("prefix", new StringType(512) { EmptyMeansOmitted = true, Rules = [BucketRules.Prefix] },
            "What the keys of all objects begin with, so that a bucket may be shared.");
        CredentialsSecretRef = fields.Optional("credentialsSecretRef", SecretReference.Type,
            "The Secret with the keys AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; left out, the pod's own identity.");
        Create = fields.Default("create", AmountTypes.Boolean, Create,
            "Whether to create the bucket where it is missing.");
        Downloads = fields.Default("downloads", new EnumType<BucketDownloads>(), Downloads,
            "How files reach clients: Stream sends them through the server, Redirect sends clients to the bucket.");
    }
}
