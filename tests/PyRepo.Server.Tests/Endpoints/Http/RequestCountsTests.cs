using System.Diagnostics;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RequestCountsTests
{
    readonly RouteCounts _counts = new RequestCounts()[RequestRoute.File];

    [Fact]
    public void Requests_are_counted_by_status_from_many_threads()
    {
        Parallel.For(0, 1000, i => _counts.Add(i % 4 == 0 ? 404 : 200, Stopwatch.GetTimestamp()));
        Assert.Equal([(200, 750L), (404, 250L)], _counts.Statuses);
        Assert.Equal(1000, _counts.Durations.Count);
    }

    [Fact]
    public void An_impossible_status_breaks_nothing()
    {
        _counts.Add(-1, Stopwatch.GetTimestamp());
        _counts.Add(100_000, Stopwatch.GetTimestamp());
        Assert.Equal(2, _counts.Statuses.Sum(status => status.Count));
    }

    [Theory]
    [InlineData("GET", "simple/", "index")]
    [InlineData("GET", "simple/requests/", "index")]
    [InlineData("GET", "@2026-01-31/simple/requests/", "index")]
    [InlineData("GET", "packages/a/0123456789abcdef/a-1.tar.gz", "file")]
    [InlineData("GET", "files/example.com/a-1.tar.gz", "file")]
    [InlineData("GET", "packages/a/0123456789abcdef/a-1-py3-none-any.whl.metadata", "metadata")]
    [InlineData("GET", "integrity/a/1/a-1.tar.gz/provenance", "metadata")]
    [InlineData("POST", "", "upload")]
    [InlineData("POST", "legacy/", "upload")]
    [InlineData("POST", "upload/", "upload")]
    [InlineData("GET", "pypi/a/json", "json")]
    [InlineData("GET", "api/v1/why/a/1", "api")]
    [InlineData("GET", "osv/v1/query", "api")]
    [InlineData("GET", "", "page")]
    [InlineData("GET", "project/a/", "page")]
    [InlineData("GET", "upload/", "page")]
    [InlineData("GET", "requests/", "other")]
    [InlineData("GET", ".git/config", "other")]
    public void Each_request_has_one_of_eight_routes(string method, string path, string route) =>
        Assert.Equal(route, RequestRoutes.Find(Route.Parse(path), path, method).ToLabel());
}
