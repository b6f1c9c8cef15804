using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Keys that can be replaced while requests are sent. The next request uses the new ones.</summary>
public sealed class ReplaceableCredentials : AWSCredentials
{
    volatile ImmutableCredentials? _current;

    /// <summary>The names of the keys in their Secret, for messages.</summary>
    public string Names { get; init; } = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

    /// <summary>The keys, or null.</summary>
    internal ImmutableCredentials? Current => _current;

    /// <summary>No keys yet: every request fails with <c>NoCredentials</c>.</summary>
    public ReplaceableCredentials()
    {
    }

    /// <summary>Keys to begin with.</summary>
    public ReplaceableCredentials(string accessKeyId, string secretAccessKey, string? sessionToken = null) =>
        Replace(accessKeyId, secretAccessKey, sessionToken);

    /// <summary>Replaces the keys. Empty ones are none.</summary>
    public void Replace(string? accessKeyId, string? secretAccessKey, string? sessionToken = null) =>
        _current = string.IsNullOrEmpty(accessKeyId) || string.IsNullOrEmpty(secretAccessKey)
            ? null
            : new ImmutableCredentials(accessKeyId, secretAccessKey, sessionToken);

    /// <inheritdoc/>
    public override ImmutableCredentials GetCredentials() => _current ?? throw MissingCredentials.Error(
        $"There are no keys for the bucket: the Secret needs {Names}.");
}
