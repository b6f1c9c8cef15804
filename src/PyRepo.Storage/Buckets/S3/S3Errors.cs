using System.Net;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Says what an answer that is an error means.</summary>
sealed class S3Errors(S3Settings settings)
{
    /// <summary>The name of the bucket in messages: <c>the bucket 'team-a' at http://minio:9000</c>.</summary>
    public string Service { get; } = settings.Endpoint is { } endpoint
        ? $"the bucket '{settings.Bucket}' at {endpoint.GetLeftPart(UriPartial.Authority)}"
        : $"the bucket '{settings.Bucket}' on AWS ({settings.Region})";

    /// <summary>Returns the error to throw for an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="code">The service's code.</param>
    /// <param name="message">The service's message.</param>
    /// <param name="region">The bucket's region, if the answer tells it.</param>
    /// <param name="isNewBucket">Whether the request was to create the bucket.</param>
    public Exception From(
        HttpStatusCode status, string? code, string? message, string? region, bool isNewBucket = false)
    {
        if (string.IsNullOrEmpty(code))
            code = status.ToString();
        if (status == HttpStatusCode.InsufficientStorage || code is "XMinioStorageFull" or "QuotaExceeded"
            or "XMinioAdminBucketQuotaExceeded" or "InsufficientStorage")
        {
            return new StoreFullException($"{Capitalized(Service)} has no room left ({code}).");
        }
        var advice = isNewBucket ? S3Advice.ForNewBucket(code) : null;
        advice ??= S3Advice.For(code, settings, region);
        if (advice is null || code == "AccessDenied")
            advice = $"{advice}{(advice is null ? "" : " ")}The service says: {Redacted(message)}";
        return new BucketException(code, $"{Capitalized(Service)} answered {(int)status} {code}. {advice}")
        {
            IsTransient = (int)status is 429 or 500 or 502 or 503 or 504
                // With a 400, a 409, or even a 200 that was sent before the end of the work.
                || code is "RequestTimeout" or "OperationAborted" or "InternalError" or "SlowDown",
            IsThrottled = (int)status is 429 || code is "SlowDown" or "SlowDownWrite" or "TooManyRequests",
        };
    }

    /// <summary>Whether a write may have been refused because it had no digest in a header.</summary>
    public static bool MayDemandDigest(HttpStatusCode status, string? code) =>
        status is HttpStatusCode.BadRequest && code is "InvalidRequest" or "MissingContentMD5" or "InvalidDigest";

    /// <summary>Returns the error to throw for an answer that S3 would not give.</summary>
    public Exception NotS3(string answer) => From(HttpStatusCode.OK, "NotS3", answer, region: null);

    /// <summary>Garage repeats the key's id.</summary>
    string Redacted(string? message)
    {
        if (string.IsNullOrWhiteSpace(message))
            return "nothing.";
        var id = settings.Credentials is ReplaceableCredentials { Current: { } keys } ? keys.AccessKey : null;
        var line = message.ReplaceLineEndings(" ").Trim();
        line = line.Length > 300 ? line[..300] : line;
        return (id is null ? line : line.Replace(id, "…", StringComparison.Ordinal)).TrimEnd('.') + ".";
    }

    static string Capitalized(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>Advice on the usual errors.</summary>
static class S3Advice
{
    /// <summary>Returns a sentence for a bucket that cannot be created, or null if there is none.</summary>
    /// <param name="code">The service's code.</param>
    public static string? ForNewBucket(string code) => code is "AccessDenied" or "Forbidden" or "AllAccessDisabled"
        ? "The credentials may not create the bucket: grant s3:CreateBucket, or create it yourself and remove create."
        : null;

    /// <summary>Returns a sentence for a code, or null if there is none.</summary>
    /// <param name="code">The service's code.</param>
    /// <param name="settings">The settings that the request was sent with.</param>
    /// <param name="region">The bucket's region, if the answer tells it.</param>
    public static string? For(string code, S3Settings settings, string? region) => code switch
    {
        "NoSuchBucket" => "There is no such bucket: create it, or correct its name.",
        "AccessDenied" or "Forbidden" or "AllAccessDisabled" =>
            "The credentials may not do this: grant s3:GetObject, s3:PutObject, s3:DeleteObject and "
            + "s3:AbortMultipartUpload on its objects, and s3:ListBucket and s3:ListBucketMultipartUploads "
            + "on the bucket.",
        "InvalidAccessKeyId" => "The service does not know the access key: check AWS_ACCESS_KEY_ID.",
        "SignatureDoesNotMatch" => "The secret key does not belong to the access key: check AWS_SECRET_ACCESS_KEY.",
        "InvalidToken" or "ExpiredToken" or "TokenRefreshRequired" =>
            "The session token has expired: renew the credentials.",
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
        "InvalidLocationConstraint" =>
            $"The service has no region or zonegroup '{settings.Region}' for new buckets: set the bucket's region to "
            + "us-east-1, which names none, or to the service's own (of Ceph: its zonegroup, often 'default').",
        "TooManyBuckets" => "The account may not have more buckets.",
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
