using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Status;

public sealed class ReportDigestTests
{
    [Fact]
    public void It_changes_with_what_a_status_shows()
    {
        var before = GetDigest(Report());
        Assert.Equal(before, GetDigest(Report()));
        Assert.NotEqual(before, GetDigest(Report() with { Projects = 13 }));
        Assert.NotEqual(before, GetDigest(Report() with { Ready = false, Message = "cannot be opened" }));
        Assert.NotEqual(before, GetDigest(Report() with { Upstream = new(false, Scenario.Now) }));
        Assert.NotEqual(before, GetDigest(Report() with { Cache = new(50, 50) }));
        Assert.NotEqual(before, GetDigest(Report() with { Held = new(1, ["It is held."]) }));
    }

    [Fact]
    public void Traffic_alone_changes_nothing()
    {
        var before = GetDigest(Report());
        Assert.Equal(before, GetDigest(Report() with { Cache = new(90_001, 10_000) }));
        Assert.Equal(before, GetDigest(Report() with { Upstream = new(true, Scenario.Now.AddMinutes(10)) }));
    }

    [Fact]
    public void A_server_that_goes_silent_changes_the_digest_twice()
    {
        var silent = new ObservedPod(_pod, null, Scenario.Now) { Failure = "refused", FailingSince = Scenario.Now };
        var first = ReportDigest.Compute([silent], Scenario.Now);
        Assert.NotEqual(GetDigest(Report()), first);
        Assert.Equal(first, ReportDigest.Compute([silent], Scenario.Now.AddSeconds(30)));
        Assert.NotEqual(first, ReportDigest.Compute([silent], Scenario.Now.AddMinutes(1)));
    }

    static readonly Pod _pod = new() { Metadata = new() { Name = "pod-0", Uid = "1" } };

    static RepositoryReport Report() => new()
    {
        Name = "pypi",
        Ready = true,
        Projects = 12,
        Upstream = new(true, Scenario.Now),
        Cache = new(90_000, 10_000),
    };

    static string GetDigest(RepositoryReport report) => ReportDigest.Compute(
        [new ObservedPod(_pod, new ServerReport { Version = "1", Repositories = [report] }, Scenario.Now)],
        Scenario.Now);
}
