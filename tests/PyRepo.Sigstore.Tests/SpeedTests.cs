using System.Runtime.InteropServices;

namespace PyRepo.Sigstore.Tests;

/// <summary>
/// How much of one core a verification takes. The time of a clock would tell how busy the machine is.
/// </summary>
[Collection(nameof(SpeedTests))]
[CollectionDefinition(nameof(SpeedTests), DisableParallelization = true)]
public sealed partial class SpeedTests(SigstoreFixture fixture, ITestOutputHelper output)
    : IClassFixture<SigstoreFixture>
{
    const int Warmup = 50, Rounds = 10, Count = 50;

    /// <summary>The clock of the thread's CPU time, of Linux.</summary>
    const int ThreadCpuTime = 3;

    static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_verification_takes_five_milliseconds_at_most(bool isSecondRekor)
    {
        var bytes = SigstoreFixture.ToBytes(
            fixture.Instance.Attest(SigstoreFixture.Request with { IsSecondRekor = isSecondRekor }));
        output.WriteLine($"the first took {Measure(bytes).TotalMilliseconds:f1} ms");
        for (var i = 0; i < Warmup; i++)
            Measure(bytes);
        var rounds = Enumerable.Range(0, Rounds)
            .Select(_ => Enumerable.Range(0, Count).Select(_ => Measure(bytes)).Order().ToList())
            .OrderBy(times => times[Count / 2]).ToList();
        var all = rounds.SelectMany(times => times).Order().ToList();
        var best = rounds[0][Count / 2];
        output.WriteLine(
            $"{all[all.Count / 2].TotalMilliseconds:f2} ms in the median, "
                + $"{all[all.Count * 99 / 100].TotalMilliseconds:f2} ms at p99, "
                + $"{best.TotalMilliseconds:f2} ms in the median of the best of {Rounds} rounds");
        // The best round is the one whose caches other processes disturb least.
        Assert.InRange(best, TimeSpan.Zero, _limit);
    }

    TimeSpan Measure(byte[] bytes)
    {
        var start = GetCpuTime();
        var verdict = fixture.Verifier.VerifyAttestation(bytes, SigstoreFixture.Policy);
        var took = GetCpuTime() - start;
        Assert.IsType<Verdict.Verified>(verdict);
        return took;
    }

    static TimeSpan GetCpuTime()
    {
        Assert.Equal(0, GetTime(ThreadCpuTime, out var time));
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    struct Time
    {
        public long Seconds, Nanoseconds;
    }
}
