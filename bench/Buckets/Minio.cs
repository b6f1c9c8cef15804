using System.Globalization;
using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;
using Bench.Clients;
using Bench.Servers;

namespace Bench.Buckets;

/// <summary>MinIO from the assets, on the loopback interface.</summary>
sealed partial class Minio : IDisposable
{
    const string User = "bench";

    /// <summary>The lease is renewed every four seconds, with a read and a write.</summary>
    const string LeaseWrites = "PutObject";

    readonly string _secret = Guid.NewGuid().ToString("N");
    readonly ChildProcess _process;

    public Minio(string folder)
    {
        var assets = Environment.GetEnvironmentVariable("PYREPO_ASSETS")
            ?? throw new InvalidOperationException("buckets needs PYREPO_ASSETS, the folder of the test assets.");
        var program = Path.Combine(ChildProcess.Run(Path.Combine(assets, "unpack.sh"), "s3").Trim(), "minio");
        Address = new Uri($"http://127.0.0.1:{IndexServer.FreePort()}");
        _process = ChildProcess.Start(program, ["server", folder, "--address", Address.Authority], [],
            new Dictionary<string, string>
            {
                ["MINIO_ROOT_USER"] = User,
                ["MINIO_ROOT_PASSWORD"] = _secret,
                ["MINIO_BROWSER"] = "off",
                ["MINIO_PROMETHEUS_AUTH_TYPE"] = "public",
            });
        IndexServer.WaitFor(Address);
        using (var connection = new HttpConnection(Address))
        {
            while (connection.Get("/minio/health/live").Status != 200)
                Thread.Sleep(100);
        }
        Sdk = new AmazonS3Client(User, _secret, new AmazonS3Config
        {
            ServiceURL = Address.AbsoluteUri,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
        });
    }

    public Uri Address { get; }

    /// <summary>The SDK with its defaults.</summary>
    public AmazonS3Client Sdk { get; }

    public IReadOnlyList<int> Processes => [_process.Id];

    public void CreateBucket(string name) => Sdk.PutBucketAsync(name).GetAwaiter().GetResult();

    public void Put(string bucket, string key, string text) => Sdk.PutObjectAsync(new PutObjectRequest
    {
        BucketName = bucket,
        Key = key,
        ContentBody = text,
    }).GetAwaiter().GetResult();

    /// <summary>The path and query of a URL that reads an object without a key.</summary>
    public string Presign(string bucket, string key) => new Uri(Sdk.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = bucket,
        Key = key,
        Expires = DateTime.UtcNow.AddDays(1),
        Protocol = Protocol.HTTP,
    })).PathAndQuery;

    /// <summary>What declares a repository in a bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="downloads">How files are sent.</param>
    /// <param name="through">What is before MinIO; null: nothing.</param>
    public string Declare(string bucket, string downloads = "Stream", Uri? through = null) => $$"""
        {{DeclareKeys()}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: bench }
        spec: { storage: { bucket: {{DeclareBucket(bucket, $"region: us-east-1, downloads: {downloads}", through)}} } }

        """;

    /// <summary>The document with the keys.</summary>
    public string DeclareKeys() => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: minio }
        stringData: { AWS_ACCESS_KEY_ID: "{{User}}", AWS_SECRET_ACCESS_KEY: "{{_secret}}" }
        """;

    /// <summary>A bucket, as a field of a spec.</summary>
    public string DeclareBucket(string bucket, string more = "region: us-east-1", Uri? through = null) => $$"""
        { name: {{bucket}}, endpoint: "{{(through ?? Address).AbsoluteUri.TrimEnd('/')}}", credentialsSecretRef: { name: minio }, {{more}} }
        """;

    /// <summary>The text of an object.</summary>
    public string Get(string bucket, string key)
    {
        using var connection = new HttpConnection(Address);
        return connection.Get(Presign(bucket, key)).MustSucceed(key).Text;
    }

    /// <summary>How many requests came so far, by what they did.</summary>
    public RequestCounts Count() => new(Requests().Matches(Metrics()).ToDictionary(
        match => match.Groups[1].Value,
        match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));

    /// <summary>The bytes that it sent so far.</summary>
    public double CountSent() =>
        Sent().Matches(Metrics()).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    /// <summary>The bytes that it received so far.</summary>
    public double CountReceived() => Received().Matches(Metrics())
        .Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));

    string Metrics()
    {
        using var connection = new HttpConnection(Address);
        return connection.Get("/minio/metrics/v3/api/requests").MustSucceed("MinIO's metrics").Text;
    }

    /// <summary>What a work that only reads asked for: the renewals of leases meanwhile do not count.</summary>
    public RequestCounts CountReads(Action work)
    {
        var before = Count();
        work();
        var counts = Count() - before;
        return counts - new RequestCounts(new Dictionary<string, double>
        {
            [LeaseWrites] = counts.GetCount(LeaseWrites),
            ["GetObject"] = counts.GetCount(LeaseWrites),
        });
    }

    /// <summary>Waits until what servers read after their start is read. A lease asks at times.</summary>
    public void WaitUntilQuiet()
    {
        const int quiet = 4;
        var interval = TimeSpan.FromSeconds(1);
        for (var before = Count(); ;)
        {
            Thread.Sleep(interval);
            var now = Count();
            if ((now - before).All <= quiet)
                return;
            before = now;
        }
    }

    public void Dispose()
    {
        Sdk.Dispose();
        _process.Dispose();
    }

    [GeneratedRegex("""^minio_api_requests_traffic_sent_bytes\{.*\} (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Sent();

    [GeneratedRegex("""^minio_api_requests_traffic_received_bytes\{.*\} (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Received();

    [GeneratedRegex("""^minio_api_requests_total\{name="(\w+)".*\} (\S+)$""", RegexOptions.Multiline)]
    private static partial Regex Requests();
}
