using System.Diagnostics;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RequestCountsTests
{
    [Fact]
    public void Requests_are_counted_by_status_from_many_threads()
    {
        var counts = new RequestCounts();
        Parallel.For(0, 1000, i => counts.Add(i % 4 == 0 ? 404 : 200, Stopwatch.GetTimestamp()));
        Assert.Equal([(200, 750L), (404, 250L)], counts.Statuses);
        Assert.Equal(1000, counts.Durations.Sum());
    }

    [Fact]
    public void A_long_request_falls_into_the_bucket_of_its_duration()
    {
        var counts = new RequestCounts();
        counts.Add(200, Stopwatch.GetTimestamp() - (40 * Stopwatch.Frequency));
        counts.Add(200, Stopwatch.GetTimestamp() - (4000 * Stopwatch.Frequency));
        Assert.Equal(1, counts.Durations[RequestCounts.Bounds.Count - 1]);
        Assert.Equal(1, counts.Durations[^1]);
        Assert.InRange(counts.TotalTime.TotalSeconds, 4040, 4100);
    }

    [Fact]
    public void An_impossible_status_breaks_nothing()
    {
        var counts = new RequestCounts();
        counts.Add(-1, Stopwatch.GetTimestamp());
        counts.Add(100_000, Stopwatch.GetTimestamp());
        Assert.Equal(2, counts.Statuses.Sum(status => status.Count));
    }
}
