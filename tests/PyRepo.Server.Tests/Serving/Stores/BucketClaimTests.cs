using PyRepo.Resources.References;
using PyRepo.Resources.Storage;
using PyRepo.Server.Serving.Stores;

namespace PyRepo.Server.Tests.Serving.Stores;

/// <summary>Where the ConfigMap of a claim says that its bucket is.</summary>
public sealed class BucketClaimTests
{
    const string Advice = "Wait until the claim is bound, or create it.";

    static readonly BucketClaimReference _claim = new() { Name = "packages" };

    [Theory]
    [InlineData("80", null, false, "http://rgw.rook-ceph.svc")]
    [InlineData(null, null, false, "http://rgw.rook-ceph.svc")]
    [InlineData("0", null, false, "http://rgw.rook-ceph.svc")]
    [InlineData("8080", null, false, "http://rgw.rook-ceph.svc:8080")]
    [InlineData("443", null, false, "https://rgw.rook-ceph.svc")]
    [InlineData("8443", null, false, "https://rgw.rook-ceph.svc:8443")]
    [InlineData("9000", null, true, "https://rgw.rook-ceph.svc:9000")]
    [InlineData("80", null, true, "http://rgw.rook-ceph.svc")]
    [InlineData("9000", "true", false, "https://rgw.rook-ceph.svc:9000")]
    [InlineData("443", "false", true, "http://rgw.rook-ceph.svc:443")]
    [InlineData(null, "true", false, "https://rgw.rook-ceph.svc")]
    public void The_port_and_certificates_say_whether_the_service_has_TLS(
        string? port, string? tls, bool hasRoots, string endpoint)
    {
        var found = Read(hasRoots, ("BUCKET_PORT", port), ("BUCKET_SSL", tls));
        Assert.Equal((endpoint, "ceph-bkt-1", null, null), (found.Endpoint, found.Name, found.Region, found.Problem));
    }

    [Theory]
    [InlineData("fd00::1", "http://[fd00::1]:8080")]
    [InlineData("192.0.2.1", "http://192.0.2.1:8080")]
    [InlineData("RGW", "http://rgw:8080")]
    public void The_host_may_be_an_address(string host, string endpoint) =>
        Assert.Equal(endpoint, Read(false, ("BUCKET_HOST", host), ("BUCKET_PORT", "8080")).Endpoint);

    [Theory]
    [InlineData("BUCKET_NAME", null, $"there is no BUCKET_NAME in its ConfigMap. {Advice}")]
    [InlineData("BUCKET_HOST", null, $"there is no BUCKET_HOST in its ConfigMap. {Advice}")]
    [InlineData("BUCKET_NAME", "../a", "BUCKET_NAME in its ConfigMap is not a bucket name.")]
    [InlineData("BUCKET_NAME", "a\nb-c", "BUCKET_NAME in its ConfigMap is not a bucket name.")]
    [InlineData("BUCKET_HOST", "http://rgw", "BUCKET_HOST in its ConfigMap is not a host name.")]
    [InlineData("BUCKET_HOST", "user@rgw", "BUCKET_HOST in its ConfigMap is not a host name.")]
    [InlineData("BUCKET_HOST", "rgw/path", "BUCKET_HOST in its ConfigMap is not a host name.")]
    [InlineData("BUCKET_PORT", "65536", "BUCKET_PORT in its ConfigMap is not a port.")]
    [InlineData("BUCKET_PORT", "-1", "BUCKET_PORT in its ConfigMap is not a port.")]
    [InlineData("BUCKET_PORT", "http", "BUCKET_PORT in its ConfigMap is not a port.")]
    [InlineData("BUCKET_REGION", "eu west", "BUCKET_REGION in its ConfigMap is not a region name.")]
    public void What_is_missing_or_of_no_use_is_named(string key, string? value, string why)
    {
        var found = Read(false, (key, value));
        Assert.Equal($"The ObjectBucketClaim packages does not say where its bucket is: {why}", found.Problem);
        var bucket = new BucketSpec { ClaimRef = _claim };
        Assert.Equal(bucket, found.AddTo(bucket));
    }

    [Fact]
    public void The_bucket_has_what_the_claim_says_and_its_own_prefix()
    {
        var bucket = Read(false, ("BUCKET_REGION", "us-east-1")).AddTo(new() { ClaimRef = _claim, Prefix = "a" });
        Assert.Equal(
            new BucketSpec
            {
                ClaimRef = _claim,
                Name = "ceph-bkt-1",
                Endpoint = "http://rgw.rook-ceph.svc",
                Region = "us-east-1",
                Prefix = "a",
                CredentialsSecretRef = new() { Name = "packages" },
            }, bucket);
    }

    static BucketClaim Read(bool hasRoots, params (string Key, string? Value)[] changes)
    {
        var data = new Dictionary<string, string?>
        {
            ["BUCKET_NAME"] = "ceph-bkt-1",
            ["BUCKET_HOST"] = "rgw.rook-ceph.svc",
        };
        foreach (var (key, value) in changes)
            data[key] = value;
        return BucketClaim.Read(_claim, hasRoots, data.GetValueOrDefault);
    }
}
