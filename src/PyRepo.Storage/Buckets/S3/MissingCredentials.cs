using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>There are no credentials: every request fails, and the error says what to do.</summary>
sealed class MissingCredentials(string message) : AWSCredentials
{
    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => throw Error(message);

    /// <summary>Returns the error of a request without credentials.</summary>
    public static BucketException Error(string message, Exception? inner = null) =>
        new("NoCredentials", message, inner);
}
