namespace PyRepo.Storage.Buckets.S3;

/// <summary>Where a request's URL names the bucket.</summary>
public enum S3Addressing
{
    /// <summary>In the path with an endpoint or if the name has a dot, else in the host name.</summary>
    Auto,

    /// <summary>In the path: <c>https://endpoint/bucket/key</c>.</summary>
    Path,

    /// <summary>In the host name: <c>https://bucket.endpoint/key</c>.</summary>
    VirtualHost,
}
