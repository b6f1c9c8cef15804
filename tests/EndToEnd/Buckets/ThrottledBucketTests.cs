using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>Google takes one write a second of an object; others get 429.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class ThrottledBucketTests(Minio minio)
{
    const int Files = 40;
    readonly ConcurrentDictionary<string, long> _written = new(StringComparer.Ordinal);

    [Fact]
    public async Task No_upload_of_a_release_through_two_replicas_is_refused_and_none_is_lost()
    {
        await using var faults = await FaultProxy.StartAsync(minio.Endpoint);
        await using var replicas = await Replicas.StartAsync(
            BucketManifest.Create(minio, BucketManifest.NewBucket(), endpoint: faults.Url), 2);
        faults.Decide = request => request.Method == "PUT" && !MayWrite(request.Path) ? Fault.Status(429) : Fault.None;
        var wheels = Enumerable.Range(1, Files).Select(n => TestWheel.Create("demo", $"{n}.0", seed: n)).ToList();
        var answers = await Task.WhenAll(wheels.Select((wheel, n) => replicas.UploadAsync(n % 2, wheel)));
        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        foreach (var server in replicas.All)
        {
            var page = await ProjectPage.ReadAsync(server, BucketManifest.Team, "demo");
            Assert.Equal(Files, page!.Files.Count);
        }
    }

    bool MayWrite(string path)
    {
        var now = Stopwatch.GetTimestamp();
        while (true)
        {
            if (!_written.TryGetValue(path, out var last))
            {
                if (_written.TryAdd(path, now))
                    return true;
                continue;
            }
            if (Stopwatch.GetElapsedTime(last, now) < TimeSpan.FromSeconds(1))
                return false;
            if (_written.TryUpdate(path, now, last))
                return true;
        }
    }
}
