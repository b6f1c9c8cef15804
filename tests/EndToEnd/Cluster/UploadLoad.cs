using System.Collections.Concurrent;
using System.Diagnostics;

namespace EndToEnd.Cluster;

/// <summary>
/// Somebody who uploads again and again, each request only once, and at once looks for it at another URL.
/// </summary>
/// <param name="ns">Where the repositories are.</param>
/// <param name="path">The path of the one that takes the uploads.</param>
/// <param name="index">The path of the one in which they are looked for.</param>
/// <param name="password">The user's.</param>
/// <param name="user">The user.</param>
public sealed class UploadLoad(
    ClusterNamespace ns, string path, string index, string password, string user = "publisher") : IAsyncDisposable
{
    static readonly TimeSpan _every = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource _end = new();
    readonly ConcurrentQueue<string> _failures = [];
    Task _running = Task.CompletedTask;

    /// <summary>How often something was uploaded.</summary>
    public int Uploaded { get; private set; }

    /// <summary>What the slowest upload, with the look for it, took.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>What went wrong.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Begins to upload.</summary>
    public UploadLoad Begin()
    {
        _running = Task.Run(RunAsync);
        return this;
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }

    async Task RunAsync()
    {
        using var http = new HttpClient();
        using var pace = new PeriodicTimer(_every);
        for (; !_end.IsCancellationRequested && await pace.WaitForNextTickAsync(); Uploaded++)
        {
            // New files of known projects, and new projects.
            var wheel = TestWheel.Create($"load-{Uploaded % 10}", $"{(Uploaded / 10) + 1}.0", seed: Uploaded);
            var began = Stopwatch.GetTimestamp();
            try
            {
                await UploadAsync(http, wheel);
                var page = await http.GetStringAsync(ns.Url($"{index}simple/{wheel.Project}/"));
                if (!page.Contains(wheel.FileName, StringComparison.Ordinal))
                    Fail(wheel, "is not there");
            }
            catch (HttpRequestException error)
            {
                Fail(wheel, error.Message);
            }
            if (Stopwatch.GetElapsedTime(began) is var took && took > Longest)
                Longest = took;
        }
    }

    async Task UploadAsync(HttpClient http, TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(
            http, ns.Url(path), TwineForm.From(wheel), TwineForm.Basic(user, password));
        if (!answer.IsSuccessStatusCode)
            Fail(wheel, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    void Fail(TestWheel wheel, string why) => _failures.Enqueue($"{DateTime.UtcNow:O} {wheel.FileName}: {why}");
}
