using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The pods' own identity in the cloud that has the bucket, where the spec names no Secret: a token of their
/// ServiceAccount for that cloud, which exchanges it for its own credentials. On Google's cloud, the metadata server
/// does that by the annotation alone.
/// </summary>
public static class CloudIdentity
{
    /// <summary>The audience of a token that AWS exchanges.</summary>
    public const string AwsAudience = "sts.amazonaws.com";

    /// <summary>The audience of a token that Microsoft Entra ID exchanges.</summary>
    public const string AzureAudience = "api://AzureADTokenExchange";

    const string AwsRole = "eks.amazonaws.com/role-arn";
    const string AzureClient = "azure.workload.identity/client-id";
    const string AzureTenant = "azure.workload.identity/tenant-id";

    const string VolumeName = "identity";

    /// <summary>
    /// Not where the webhooks of EKS and Azure mount their tokens: two volumes at one path would be rejected.
    /// </summary>
    const string Folder = "/var/run/secrets/pyrepo.dev/identity";
    const string TokenFile = $"{Folder}/token";

    /// <summary>Returns the environment variables that tell the server about it.</summary>
    public static ImmutableArray<EnvironmentVariable> GetEnvironment(DeclaredResource resource) =>
        resource.Stored?.Buckets.Any() is not true
        ? []
        :
        [
            // A pod never gets the rights of its node.
            new() { Name = "AWS_EC2_METADATA_DISABLED", Value = "true" },
            .. GetProvider(resource) switch
            {
                BucketProvider.S3 when Annotation(resource, AwsRole) is { } role => Variables(
                    ("AWS_ROLE_ARN", role), ("AWS_WEB_IDENTITY_TOKEN_FILE", TokenFile)),
                BucketProvider.Azure when Annotation(resource, AzureClient) is { } client => Variables(
                    ("AZURE_CLIENT_ID", client), ("AZURE_TENANT_ID", Annotation(resource, AzureTenant)),
                    ("AZURE_FEDERATED_TOKEN_FILE", TokenFile)),
                _ => [],
            },
        ];

    /// <summary>The volume with the token; none where there is no identity.</summary>
    public static ImmutableArray<Volume> GetVolumes(DeclaredResource resource) => GetAudience(resource) is { } audience
        ?
        [
            new()
            {
                Name = VolumeName,
                Projected = new()
                {
                    Sources =
                    [
                        new()
                        {
                            ServiceAccountToken =
                                new() { Audience = audience, ExpirationSeconds = 3600, Path = "token" },
                        },
                    ],
                },
            },
        ]
        : [];

    /// <summary>Where the container finds it.</summary>
    public static ImmutableArray<VolumeMount> GetMounts(DeclaredResource resource) => GetAudience(resource) is null
        ? [] : [new() { Name = VolumeName, MountPath = Folder, ReadOnly = true }];

    /// <summary>
    /// The provider of the bucket that the pods reach by an identity of their own; null: they have a key.
    /// </summary>
    public static BucketProvider? GetProvider(DeclaredResource resource) =>
        resource.Stored?.Buckets.FirstOrDefault(
            bucket => bucket is { CredentialsSecretRef: null, ClaimRef: null })?.Provider;

    static string? GetAudience(DeclaredResource resource) => GetProvider(resource) switch
    {
        BucketProvider.S3 when Annotation(resource, AwsRole) is not null => AwsAudience,
        BucketProvider.Azure when Annotation(resource, AzureClient) is not null => AzureAudience,
        _ => null,
    };

    static ImmutableArray<EnvironmentVariable> Variables(params (string Name, string? Value)[] variables) =>
    [
        .. from variable in variables
           where variable.Value is not null
           select new EnvironmentVariable { Name = variable.Name, Value = variable.Value },
    ];

    static string? Annotation(DeclaredResource resource, string name) =>
        resource.Spec!.Server.ServiceAccountAnnotations.TryGetValue(name, out var value) && value.Length > 0
            ? value : null;
}
