using System.Diagnostics;

namespace PyRepo.Sigstore.Tests;

/// <summary>How long a verification takes, with no other test beside it.</summary>
[Collection(nameof(SpeedTests))]
[CollectionDefinition(nameof(SpeedTests), DisableParallelization = true)]
public sealed class SpeedTests(SigstoreFixture fixture, ITestOutputHelper output) : IClassFixture<SigstoreFixture>
{
    const int Warmup = 50, Rounds = 10, Count = 50;

    /// <summary>What an upload may wait for it.</summary>
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
        // The best round is the one that other processes disturb least.
        Assert.InRange(best, TimeSpan.Zero, _limit);
    }

    TimeSpan Measure(byte[] bytes)
    {
        var start = Stopwatch.GetTimestamp();
        var verdict = fixture.Verifier.VerifyAttestation(bytes, SigstoreFixture.Policy);
        var took = Stopwatch.GetElapsedTime(start);
        Assert.IsType<Verdict.Verified>(verdict);
        return took;
    }
}
