using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Commands;

/// <summary>The rights that a key of a bucket needs, in the form of AWS IAM.</summary>
/// <remarks>
/// <c>s3:ListBucket</c> has no condition on the prefix: without it for the whole bucket, S3 answers 403 instead of 404 where an
/// object is missing.
/// </remarks>
sealed record BucketPolicy(string Version, IReadOnlyList<BucketPolicyStatement> Statement)
{
    /// <summary>Creates the policy.</summary>
    /// <param name="bucket">The bucket's name.</param>
    /// <param name="prefix">The prefix of the repository, or null.</param>
    /// <param name="creates">Whether the server creates and deletes the bucket.</param>
    /// <param name="inspects">Whether it sees how the bucket is configured.</param>
    public static BucketPolicy Create(string bucket, string? prefix, bool creates, bool inspects)
    {
        string[] own = ["s3:ListBucket", "s3:ListBucketMultipartUploads"];
        string[] life = creates ? ["s3:CreateBucket", "s3:DeleteBucket"] : [];
        string[] configuration = inspects
            ? ["s3:GetLifecycleConfiguration", "s3:GetBucketVersioning", "s3:GetBucketObjectLockConfiguration"] : [];
        return new(
            "2012-10-17",
            [
                new("Allow", [.. own, .. life, .. configuration], $"arn:aws:s3:::{bucket}"),
                new(
                    "Allow", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
                    $"arn:aws:s3:::{bucket}/{BucketOptions.WithSlash(prefix)}*"),
            ]);
    }

    /// <summary>Returns the JSON.</summary>
    public string ToText() => JsonSerializer.Serialize(this, BucketPolicyJson.Instance.BucketPolicy);
}

/// <summary>Rights on a resource.</summary>
sealed record BucketPolicyStatement(string Effect, IReadOnlyList<string> Action, string Resource);

/// <summary>How a policy is written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(BucketPolicy))]
sealed partial class BucketPolicyJson : JsonSerializerContext
{
    /// <summary>Writes names as they are.</summary>
    public static BucketPolicyJson Instance { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
