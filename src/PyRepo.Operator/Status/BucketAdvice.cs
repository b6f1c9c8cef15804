namespace PyRepo.Operator.Status;

/// <summary>What to do about the errors of object stores: S3, Google Cloud Storage and Azure.</summary>
static class BucketAdvice
{
    /// <summary>What an error says, and what to do.</summary>
    public static string Of(StorageReport refusal)
    {
        var what = string.Join(": ", new[] { refusal.Code, refusal.Message?.TrimEnd('.') }
            .Where(part => !string.IsNullOrEmpty(part)));
        return AdviceOn(refusal.Code) is { } advice ? $"{what}; {advice}" : what;
    }

    static string? AdviceOn(string? code) => code switch
    {
        "NoSuchBucket" or "ContainerNotFound" or "notFound" =>
            "create the bucket, or set spec.storage.bucket.create to true",
        "AccessDenied" or "AllAccessDisabled" or "forbidden" or "AuthorizationFailure"
            or "AuthorizationPermissionMismatch" =>
            "grant the key, or the pods' identity, the rights that the operator's documentation lists for buckets",
        "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" or "authError"
            or "AuthenticationFailed" or "InvalidAuthenticationInfo" =>
            "correct the Secret that spec.storage.bucket.credentialsSecretRef names",
        "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" =>
            "correct spec.storage.bucket.region or spec.storage.bucket.endpoint",
        _ => null,
    };
}
