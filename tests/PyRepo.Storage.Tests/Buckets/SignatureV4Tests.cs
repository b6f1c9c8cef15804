using System.Net.Http.Headers;
using Amazon.Runtime;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Signatures that are known: those of AWS's documentation, and others that a script computed.</summary>
public sealed class SignatureV4Tests
{
    const string Id = "AKIAIOSFODNN7EXAMPLE";
    const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    static readonly DateTimeOffset _now = new(2026, 11, 22, 23, 59, 59, TimeSpan.Zero);

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html</summary>
    [Theory]
    [InlineData("?lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void A_query_is_signed(string query, string signature) => AssertExample(
        new HttpRequestMessage(HttpMethod.Get, $"https://examplebucket.s3.amazonaws.com/{query}"), S3Payload.None,
        "host;x-amz-content-sha256;x-amz-date", signature);

    /// <inheritdoc cref="A_query_is_signed"/>
    [Fact]
    public void A_range_is_signed_if_it_is_there() => AssertExample(
        new HttpRequestMessage(HttpMethod.Get, "https://examplebucket.s3.amazonaws.com/test.txt")
        {
            Headers = { Range = new RangeHeaderValue(0, 9) },
        },
        S3Payload.None, "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

    /// <inheritdoc cref="A_query_is_signed"/>
    [Fact]
    public void A_body_and_other_headers_are_signed() => AssertExample(
        new HttpRequestMessage(HttpMethod.Put, "https://examplebucket.s3.amazonaws.com/test%24file.text")
        {
            Headers =
            {
                { "x-amz-storage-class", "REDUCED_REDUNDANCY" },
                { "Date", "Fri, 24 May 2013 00:00:00 GMT" },
            },
        },
        S3Payload.Open(new BucketBody("Welcome to Amazon S3."u8.ToArray()), withMd5: false),
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

    [Fact]
    public async Task A_condition_an_encryption_and_a_session_are_signed()
    {
        var settings = CreateSettings("the/token+=") with
        {
            Encryption = S3Encryption.Kms,
            KmsKeyId = "arn:aws:kms:eu-west-1:111122223333:key/a1",
        };
        using var message = await CreateAsync(settings, new S3Request(HttpMethod.Put, "a b/c+ü")
        {
            Body = new BucketBody("hello"u8.ToArray()),
            Headers = settings.EncryptionHeaders,
            Condition = WriteCondition.Match(new("5d41402abc4b2a76b9719d911017c592")),
        });
        AssertSigned(
            message, "20261122/eu-west-1",
            "content-type;host;if-match;x-amz-content-sha256;x-amz-date;x-amz-security-token;"
            + "x-amz-server-side-encryption;x-amz-server-side-encryption-aws-kms-key-id",
            "04a8d3da987e5f4e6fc4b6122e6315775cb97b64ba78d10cc9df662cef51452d");
        Assert.Equal("the/token+=", Assert.Single(message.Headers.GetValues("x-amz-security-token")));
    }

    [Fact]
    public async Task A_new_name_is_signed()
    {
        var settings = CreateSettings() with { Encryption = S3Encryption.Aes256 };
        using var message = await CreateAsync(settings, new S3Request(HttpMethod.Put, "a")
        {
            Body = new BucketBody("hello"u8.ToArray()),
            Headers = settings.EncryptionHeaders,
            Condition = WriteCondition.Absent,
        });
        AssertSigned(
            message, "20261122/eu-west-1",
            "content-type;host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-server-side-encryption",
            "be3aeca1edd0cc476b2b72ad6baa5ee281fab66d8e6b3133e459edae17974090");
    }

    [Fact]
    public async Task A_part_is_signed_whatever_its_bytes_are_in()
    {
        using var folder = new TemporaryFolder();
        using var file = File.OpenHandle(folder.Write("file", "--hello--"));
        foreach (var body in new[] { new BucketBody("hello"u8.ToArray()), new BucketBody(file, 2, 5) })
        {
            using var message = await CreateAsync(CreateSettings(), new S3Request(HttpMethod.Put, "a")
            {
                Query = [("uploadId", "x/y+z="), ("partNumber", "12")],
                Body = body,
            });
            Assert.Equal("/team-a/a?partNumber=12&uploadId=x%2Fy%2Bz%3D", message.RequestUri!.PathAndQuery);
            AssertSigned(
                message, "20261122/eu-west-1", "content-type;host;x-amz-content-sha256;x-amz-date",
                "e7d6ae66a4510c762f0deac4c45af9f8d0558a6a9684f3576402e0b28e01bcaa");
        }
    }

    [Theory]
    [InlineData("http://[fd00::10]:9000", "[fd00::10]:9000")]
    [InlineData("http://[fd00::10]", "[fd00::10]")]
    [InlineData("http://bücket.example:9000", "xn--bcket-kva.example:9000")]
    public async Task The_host_is_written_as_in_a_header(string endpoint, string host)
    {
        var settings = CreateSettings() with { Endpoint = new(endpoint) };
        using var message = await CreateAsync(settings, new S3Request(HttpMethod.Get, "a"));
        Assert.Equal(host, message.Headers.Host);
    }

    [Fact]
    public async Task A_signature_is_of_the_keys_and_the_day()
    {
        var clock = new FakeClock(_now);
        var credentials = new ReplaceableCredentials(Id, Secret);
        using var connection = new S3Connection(CreateSettings() with { Credentials = credentials, Clock = clock });
        var request = new S3Request(HttpMethod.Get, "a");
        using var first = await connection.CreateMessageAsync(request);
        credentials.Replace(Id, "another-secret");
        using var second = await connection.CreateMessageAsync(request);
        credentials.Replace(Id, Secret);
        using var third = await connection.CreateMessageAsync(request);
        clock.Advance(TimeSpan.FromSeconds(1));
        using var tomorrow = await connection.CreateMessageAsync(request);
        Assert.NotEqual(GetAuthorization(first), GetAuthorization(second));
        Assert.Equal(GetAuthorization(first), GetAuthorization(third));
        Assert.Contains("/20261123/eu-west-1/s3/", GetAuthorization(tomorrow), StringComparison.Ordinal);
    }

    static void AssertExample(HttpRequestMessage message, S3Payload payload, string names, string signature)
    {
        new SignatureV4("us-east-1").Sign(
            message, payload.Hash, new ImmutableCredentials(Id, Secret, null),
            new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero));
        AssertSigned(message, "20130524/us-east-1", names, signature);
    }

    static void AssertSigned(HttpRequestMessage message, string scope, string names, string signature) => Assert.Equal(
        $"AWS4-HMAC-SHA256 Credential={Id}/{scope}/s3/aws4_request, SignedHeaders={names}, Signature={signature}",
        GetAuthorization(message));

    static string GetAuthorization(HttpRequestMessage message) =>
        message.Headers.NonValidated["Authorization"].ToString();

    static async Task<HttpRequestMessage> CreateAsync(S3Settings settings, S3Request request)
    {
        using var connection = new S3Connection(settings);
        return await connection.CreateMessageAsync(request);
    }

    static S3Settings CreateSettings(string? token = null) => new()
    {
        Bucket = "team-a",
        Endpoint = new("http://minio:9000"),
        Region = "eu-west-1",
        Credentials = new ReplaceableCredentials(Id, Secret, token),
        Clock = new FakeClock(_now),
    };
}
