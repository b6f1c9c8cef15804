namespace PyRepo.Resources.Storage;

/// <summary>Where a URL of S3 names the bucket.</summary>
public enum BucketAddressing
{
    /// <summary>In the path with an endpoint or if the name has a dot, else in the host name.</summary>
    Auto,

    /// <summary>In the path: <c>https://HOST/BUCKET/KEY</c>.</summary>
    Path,

    /// <summary>In the host name: <c>https://BUCKET.HOST/KEY</c>.</summary>
    VirtualHost,
}
