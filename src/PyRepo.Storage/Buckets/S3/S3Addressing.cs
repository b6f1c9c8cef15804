namespace PyRepo.Storage.Buckets.S3;

/// <summary>Where a request's URL names the bucket.</summary>
public enum S3Addressing
{
    /// <summary>In the host name on AWS, in the path of every other endpoint.</summary>
    Auto,

    /// <summary>In the path: <c>https://endpoint/bucket/key</c>.</summary>
    Path,

    /// <summary>In the host name: <c>https://bucket.endpoint/key</c>.</summary>
    VirtualHost,
}
