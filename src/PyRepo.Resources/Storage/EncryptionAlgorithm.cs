namespace PyRepo.Resources.Storage;

/// <summary>Who has the key of server-side encryption.</summary>
public enum EncryptionAlgorithm
{
    /// <summary>The object store: SSE-S3.</summary>
    AES256,

    /// <summary>A key management service: SSE-KMS.</summary>
    KMS,
}
