using PyRepo.Storage.Buckets.Checks;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

[Collection(Garage.Collection)]
public sealed class GarageClientTests(Garage garage) : S3ClientContract(garage)
{
    [Fact]
    public async Task A_check_says_that_one_replica_may_use_it()
    {
        using var http = new HttpClient();
        var report = await new BucketCheck("", 0, TimeProvider.System).RunAsync(
            [new("here", Client, http)], static _ => { }, CancellationToken.None);
        Assert.DoesNotContain(report.Findings, finding => finding.Result is FindingResult.Wrong);
        Assert.Equal(BucketVerdict.OneReplica, report.Verdict);
    }
}
