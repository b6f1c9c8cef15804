using PyRepo.Storage.Buckets.Checks;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>The checks of a bucket, each on a service with the fault that it is for.</summary>
[Collection(Minio.Collection)]
public sealed class BucketFaultTests(Minio minio)
{
    [Theory]
    [InlineData(BucketFault.ShowsFormerBytes, "objects", FindingResult.Wrong)]
    [InlineData(BucketFault.KeepsDeleted, "objects", FindingResult.Wrong)]
    [InlineData(BucketFault.ListsNotAll, "listing", FindingResult.Wrong)]
    [InlineData(BucketFault.ListsInAnotherOrder, "listing", FindingResult.Wrong)]
    [InlineData(BucketFault.IgnoresRanges, "ranges", FindingResult.Wrong)]
    [InlineData(BucketFault.AlwaysSends, "ranges", FindingResult.Wrong)]
    [InlineData(BucketFault.LosesParts, "parts", FindingResult.Wrong)]
    [InlineData(BucketFault.CannotSign, "presigned", FindingResult.Note)]
    [InlineData(BucketFault.SignsWrongly, "presigned", FindingResult.Note)]
    [InlineData(BucketFault.Expires, "lifecycle", FindingResult.Wrong)]
    public async Task Each_fault_is_found_by_its_check(BucketFault fault, string check, FindingResult result)
    {
        using var client = new WrongBucketClient(new S3BucketClient(await minio.NewBucketAsync()), fault);
        using var http = new HttpClient();
        var report = await new BucketCheck("", 0, TimeProvider.System) { Includes = name => name == check }
            .RunAsync([new("here", client, http)], static _ => { }, CancellationToken.None);
        Assert.Equal(result, report.Findings.Single(finding => finding.Check == check).Result);
        Assert.Equal(result is FindingResult.Wrong, report.Verdict is BucketVerdict.Unusable);
    }

    [Theory]
    [InlineData("objects")]
    [InlineData("listing")]
    [InlineData("ranges")]
    [InlineData("presigned")]
    [InlineData("lifecycle")]
    public async Task None_is_found_on_a_right_service(string check)
    {
        using var client = new S3BucketClient(await minio.NewBucketAsync());
        using var http = new HttpClient();
        var report = await new BucketCheck("", 0, TimeProvider.System) { Includes = name => name == check }
            .RunAsync([new("here", client, http)], static _ => { }, CancellationToken.None);
        Assert.All(report.Findings, finding => Assert.Equal(FindingResult.Ok, finding.Result));
        Assert.Contains(report.Findings, finding => finding.Check == check);
    }
}
