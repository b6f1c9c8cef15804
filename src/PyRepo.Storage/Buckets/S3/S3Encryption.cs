namespace PyRepo.Storage.Buckets.S3;

/// <summary>How the service encrypts what it keeps.</summary>
public enum S3Encryption
{
    /// <summary>As the bucket is configured.</summary>
    None,

    /// <summary>With keys of S3 itself (SSE-S3).</summary>
    Aes256,

    /// <summary>With a key of a key management service (SSE-KMS).</summary>
    Kms,
}
