using System.Security.Cryptography;
using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Checks;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Buckets of a real Ceph: how they are created, and what empties them.</summary>
[Collection(Ceph.Collection)]
public sealed class CephBucketTests(Ceph ceph)
{
    static readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public async Task A_region_that_there_is_not_is_refused_with_what_to_set()
    {
        using var client = new S3BucketClient(ceph.Settings(S3Service.NewName()) with { Region = "mars" });
        var error = await Assert.ThrowsAsync<BucketException>(() => client.CreateBucketAsync(_none));
        Assert.Equal("InvalidLocationConstraint", error.Code);
        Assert.Contains("us-east-1", error.Message, StringComparison.Ordinal);
        Assert.Contains("zonegroup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_that_names_none_creates_a_bucket()
    {
        using var client = new S3BucketClient(ceph.Settings(S3Service.NewName()) with { Region = "us-east-1" });
        Assert.True(await client.CreateBucketAsync(_none));
        Assert.True(await client.BucketExistsAsync(_none));
    }

    [Fact]
    public async Task A_lifecycle_rule_that_expires_objects_is_found_and_does_what_it_says()
    {
        var settings = await ceph.NewBucketAsync();
        using var client = new S3BucketClient(settings);
        Assert.Empty((await client.FindExpirationsAsync("team/", _none))!);
        await client.PutAsync("team/a", new BucketBody("1"u8.ToArray()), WriteCondition.None, _none);
        await PutRulesAsync(settings, """
            <LifecycleConfiguration><Rule><ID>old</ID><Status>Enabled</Status><Filter><Prefix>team/</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule><Rule><ID>off</ID><Status>Disabled</Status><Filter><Prefix></Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>
            """);
        Assert.Equal(
            ["The lifecycle rule 'old' deletes objects below 'team/' after 1 days."],
            await client.FindExpirationsAsync("team/", _none));
        Assert.Single((await client.FindExpirationsAsync("", _none))!);
        Assert.Empty((await client.FindExpirationsAsync("other/", _none))!);
        await Eventually.IsAsync("Ceph has deleted the object", async () =>
        {
            await ceph.AdministerAsync("lc", "process");
            return await client.HeadAsync("team/a", _none) is null;
        });
    }

    [Fact]
    public async Task A_check_finds_what_happens_at_a_quota()
    {
        var settings = await ceph.NewBucketAsync();
        await ceph.AdministerAsync(
            "quota", "set", "--quota-scope=bucket", $"--bucket={settings.Bucket}", "--uid=tests", "--max-size=100M");
        await ceph.AdministerAsync(
            "quota", "enable", "--quota-scope=bucket", $"--bucket={settings.Bucket}", "--uid=tests");
        using var client = new S3BucketClient(settings);
        using var http = new HttpClient();
        var report = await new BucketCheck("", 256 << 20, TimeProvider.System).RunAsync(
            [new("here", client, http)], static _ => { }, _none);
        var room = Assert.Single(report.Findings, finding => finding.Check == "room");
        Assert.Contains("QuotaExceeded", room.Message, StringComparison.Ordinal);
        Assert.Contains("for lack of room", room.Message, StringComparison.Ordinal);
        Assert.Equal(BucketVerdict.SeveralReplicas, report.Verdict);
    }

    static async Task PutRulesAsync(S3Settings settings, string rules)
    {
        var bytes = Encoding.UTF8.GetBytes(rules.Trim());
        using var connection = new S3Connection(settings);
        var request = new S3Request(HttpMethod.Put, null)
        {
            Query = [("lifecycle", "")],
            Body = new BucketBody(bytes),
            BodyType = "application/xml",
#pragma warning disable CA5351 // S3 demands it of this request.
            Headers = [("Content-MD5", Convert.ToBase64String(MD5.HashData(bytes)))],
#pragma warning restore CA5351
        };
        await connection.SendAsync(request, _none);
    }
}
