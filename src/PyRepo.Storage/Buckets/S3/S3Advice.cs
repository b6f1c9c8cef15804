namespace PyRepo.Storage.Buckets.S3;

/// <summary>What to do about the usual errors.</summary>
static class S3Advice
{
    /// <summary>Returns a sentence for a code, or null if there is none.</summary>
    /// <param name="code">The service's code.</param>
    /// <param name="settings">The settings that the request was sent with.</param>
    /// <param name="region">The bucket's region, if the answer tells it.</param>
    public static string? For(string code, S3Settings settings, string? region) => code switch
    {
        "NoSuchBucket" => "There is no such bucket: create it, or correct its name.",
        "AccessDenied" or "Forbidden" or "AllAccessDisabled" =>
            "The credentials may not do this: grant s3:GetObject, s3:PutObject, s3:DeleteObject and "
            + "s3:AbortMultipartUpload on its objects, and s3:ListBucket and s3:ListBucketMultipartUploads on the bucket.",
        "InvalidAccessKeyId" => "The service does not know the access key: check AWS_ACCESS_KEY_ID.",
        "SignatureDoesNotMatch" => "The secret key does not belong to the access key: check AWS_SECRET_ACCESS_KEY.",
        "InvalidToken" or "ExpiredToken" or "TokenRefreshRequired" =>
            "The session token is not valid any more: renew the credentials.",
        "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException"
            or "InvalidRegion" or "TemporaryRedirect" or "IncorrectEndpoint" =>
            region is { Length: > 0 } && region != settings.Region
                ? $"The region is not {settings.Region} but {region}: correct it."
                : $"The bucket is not in the region {settings.Region}, or not at this endpoint: correct them.",
        "RequestTimeTooSkewed" => "The clocks of this machine and of the service differ too much: correct them.",
        "InvalidObjectState" =>
            "An object is archived (Glacier): restore it, and let no lifecycle rule archive objects of this bucket.",
        "SlowDown" or "SlowDownRead" or "SlowDownWrite" or "TooManyRequests" or "ServiceUnavailable" =>
            "The service asks for fewer requests.",
        "InvalidBucketName" => "The service does not allow this name for a bucket.",
        "NotImplemented" => "The service does not support this request.",
        "NoSuchUpload" => "The upload was discarded meanwhile: start it again.",
        "BadDigest" or "XAmzContentSHA256Mismatch" or "IncompleteBody" => "The bytes were damaged on their way.",
        _ when code.StartsWith("KMS.", StringComparison.Ordinal) =>
            "The service cannot use the encryption key: check its id and state, and grant kms:GenerateDataKey and "
            + "kms:Decrypt.",
        _ => null,
    };
}
