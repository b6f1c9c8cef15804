using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.Checks;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What the check of a bucket finds on services that are right, and on those that are not.</summary>
public sealed class BucketCheckTests
{
    static readonly CancellationToken _none = CancellationToken.None;

    [Theory]
    [InlineData("right", BucketVerdict.SeveralReplicas, "They work, also for uploads in parts.")]
    [InlineData("bare", BucketVerdict.SeveralReplicas, "with entity tags that have no quotation marks")]
    [InlineData("lock", BucketVerdict.SeveralReplicas, "They work, also for uploads in parts.")]
    [InlineData("part", BucketVerdict.SeveralReplicas, "for uploads in parts they do not")]
    [InlineData("ignore", BucketVerdict.OneReplica, "ignores them")]
    [InlineData("versioned", BucketVerdict.OneReplica, "ignores them")]
    [InlineData("refuse", BucketVerdict.OneReplica, "does not support them")]
    [InlineData("no-match", BucketVerdict.OneReplica, "does not support them")]
    [InlineData("race", BucketVerdict.OneReplica, "lets several of the writes succeed")]
    public async Task The_verdict_says_who_may_use_a_service_and_why(string mode, BucketVerdict verdict, string reason)
    {
        await using var service = await LyingS3.StartAsync(mode);
        var settings = await service.NewBucketAsync();
        var report = await CheckAsync(settings);
        Assert.Equal(verdict, report.Verdict);
        Assert.Contains(reason, Find(report, "conditions").Message, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(settings));
    }

    [Fact]
    public async Task Each_condition_is_listed_with_its_outcome()
    {
        await using var service = await LyingS3.StartAsync("ignore");
        var conditions = Find(await CheckAsync(await service.NewBucketAsync()), "conditions");
        Assert.Equal(
            [
                "absent, and it is: succeeds",
                "absent, but it exists: succeeds, not: is refused",
                "another version: succeeds, not: is refused",
                "the version of an object that is gone: succeeds, not: is refused",
                "the version that it has: succeeds",
            ],
            conditions.Details);
    }

    [Fact]
    public async Task Endpoints_that_do_not_show_the_same_are_found_although_each_alone_is_right()
    {
        await using var one = await LyingS3.StartAsync("right");
        await using var other = await LyingS3.StartAsync("right");
        var settings = await one.NewBucketAsync();
        var second = other.Settings(settings.Bucket);
        using (var client = new S3BucketClient(second))
            Assert.True(await client.CreateBucketAsync(_none));
        var report = await CheckAsync(settings, second);
        Assert.Equal(BucketVerdict.Unusable, report.Verdict);
        Assert.All(
            report.Findings.Where(finding => finding.Endpoint.StartsWith("http", StringComparison.Ordinal)),
            finding => Assert.NotEqual(FindingResult.Wrong, finding.Result));
        Assert.Contains(
            report.Findings,
            finding => finding is { Endpoint: "all endpoints in turn", Check: "objects", Result: FindingResult.Wrong });
    }

    [Fact]
    public async Task Several_endpoints_of_one_service_are_right_together()
    {
        await using var service = await LyingS3.StartAsync("right");
        await using var proxy = await FaultProxy.StartAsync(service.Endpoint);
        var settings = await service.NewBucketAsync();
        var report = await CheckAsync(settings, settings with { Endpoint = proxy.Url });
        Assert.Equal(BucketVerdict.SeveralReplicas, report.Verdict);
        Assert.Equal(3, report.Findings.Count(finding => finding.Check == "conditions"));
    }

    [Fact]
    public async Task A_bucket_that_is_missing_or_cannot_be_reached_cannot_be_used()
    {
        await using var service = await LyingS3.StartAsync("right");
        var missing = Assert.Single((await CheckAsync(service.Settings(S3Service.NewName()))).Findings);
        Assert.Contains("no such bucket", missing.Message, StringComparison.Ordinal);
        var nowhere = await CheckAsync(
            (await service.NewBucketAsync()) with { Endpoint = new Uri($"http://127.0.0.1:{FreePort.Take()}") });
        Assert.Equal(BucketVerdict.Unusable, nowhere.Verdict);
    }

    [Fact]
    public void Every_request_goes_to_one_of_the_endpoints()
    {
        var map = typeof(RotatingBucketClient).GetInterfaceMap(typeof(IBucketClient));
        Assert.All(map.TargetMethods, method => Assert.Equal(typeof(RotatingBucketClient), method.DeclaringType));
    }

    [Fact]
    public void Nothing_that_was_tried_is_no_verdict_in_favor() =>
        Assert.Equal(BucketVerdict.Unusable, new BucketReport([]).Verdict);

    [Fact]
    public async Task What_was_written_is_removed_when_a_check_is_stopped()
    {
        await using var service = await LyingS3.StartAsync("right");
        var settings = await service.NewBucketAsync();
        using var stop = new CancellationTokenSource();
        var (client, http) = (new S3BucketClient(settings), new HttpClient());
        using (client)
        using (http)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new BucketCheck("", 0, TimeProvider.System)
                .RunAsync(
                    [new("here", client, http)],
                    finding =>
                    {
                        if (finding.Check == "conditions")
                            stop.Cancel();
                    },
                    stop.Token));
        }
        Assert.Empty(await ListAsync(settings));
    }

    /// <summary>Checks a bucket through one or several endpoints.</summary>
    static async Task<BucketReport> CheckAsync(params S3Settings[] settings)
    {
        using var http = new HttpClient();
        var clients = settings.Select(each => new S3BucketClient(each)).ToList();
        try
        {
            return await new BucketCheck("some/prefix/", 0, TimeProvider.System).RunAsync(
                [.. clients.Zip(settings, (client, each) => new CheckedEndpoint($"{each.Endpoint}", client, http))],
                static _ => { }, _none);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    static BucketFinding Find(BucketReport report, string check) =>
        Assert.Single(report.Findings, finding => finding.Check == check);

    static async Task<List<string>> ListAsync(S3Settings settings)
    {
        using var client = new S3BucketClient(settings);
        return await client.ListAsync("", null, _none).Select(found => found.Key).ToListAsync();
    }
}
