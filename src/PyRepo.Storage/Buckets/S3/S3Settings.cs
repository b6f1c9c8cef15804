using System.Security.Cryptography.X509Certificates;
using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Which bucket to use, and how.</summary>
public sealed record S3Settings
{
    /// <summary>The bucket's name.</summary>
    public required string Bucket { get; init; }

    /// <summary>
    /// The keys: <see cref="ReplaceableCredentials"/> of a Secret, or the pod's own (<see cref="PodCredentials"/>).
    /// </summary>
    public required AWSCredentials Credentials { get; init; }

    /// <summary>The service's address, or null for AWS.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The bucket's region.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Where URLs name the bucket.</summary>
    public S3Addressing Addressing { get; init; }

    /// <summary>How the service encrypts objects.</summary>
    public S3Encryption Encryption { get; init; }

    /// <summary>The key of <see cref="S3Encryption.Kms"/>, or null for the account's own.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>The roots to trust in addition to the system's, or null.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>Opens the connections, or null. It may refuse addresses.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>How long to wait for an answer, and for each part of a body.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of this machine, which requests are signed with.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether URLs name the bucket in their path.</summary>
    internal bool UsesPath => Addressing switch
    {
        S3Addressing.Path => true,
        S3Addressing.VirtualHost => false,
        // A certificate for *.s3.region.amazonaws.com is not valid for a name with another dot.
        _ => Endpoint is not null || Bucket.Contains('.', StringComparison.Ordinal),
    };

    /// <summary>The headers of a request that creates an object.</summary>
    internal IReadOnlyList<(string Name, string Value)> EncryptionHeaders
    {
        get
        {
            var headers = new List<(string Name, string Value)>();
            if (Encryption != S3Encryption.None)
                headers.Add(("x-amz-server-side-encryption", Encryption == S3Encryption.Kms ? "aws:kms" : "AES256"));
            if (KmsKeyId is not null)
                headers.Add(("x-amz-server-side-encryption-aws-kms-key-id", KmsKeyId));
            return headers;
        }
    }
}

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
