using System.Net.Http.Headers;
using System.Text;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>Manifests of repositories in buckets.</summary>
public static class BucketManifest
{
    /// <summary>The name of the repository.</summary>
    public const string Team = "team";

    /// <summary>The user who may do everything.</summary>
    public static AuthenticationHeaderValue Publisher { get; } = new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("publisher:correct-horse")));

    /// <summary>A PythonRepository in a bucket, with its keys and its publisher.</summary>
    /// <param name="service">The service.</param>
    /// <param name="bucket">More of <c>spec.storage.bucket</c>: at least its name.</param>
    /// <param name="spec">More of the spec.</param>
    /// <param name="endpoint">Where the service is, if not at its own address.</param>
    /// <param name="name">The repository's name.</param>
    public static string Create(
        S3Service service, string bucket, string spec = "", Uri? endpoint = null, string name = Team) =>
        Serving.Manifest.All(Keys(service), Serving.Manifest.User("users", "publisher", "correct-horse"),
            Serving.Manifest.Create(name, $$"""
                { storage: { bucket: { {{bucket}}, endpoint: "{{endpoint ?? service.Endpoint}}", region: {{service.Region}}, credentialsSecretRef: { name: s3 } } }, access: { usersSecretRef: { name: users } }{{(spec.Length > 0 ? $", {spec}" : "")}} }
                """));

    /// <summary>The Secret with the keys of a service.</summary>
    public static string Keys(S3Service service) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: s3 }
        stringData: { AWS_ACCESS_KEY_ID: "{{service.AccessKeyId}}", AWS_SECRET_ACCESS_KEY: "{{service.SecretAccessKey}}" }

        """;

    /// <summary>A bucket that the server creates.</summary>
    public static string NewBucket() => $"name: {S3Service.NewName()}, create: true";
}
