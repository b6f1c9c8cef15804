using System.Diagnostics;
using System.Globalization;
using System.Text;
using PyRepo.Sigstore.Bundles;

namespace PyRepo.Sigstore.Tests;

/// <summary>
/// Good attestations and bundles, changed at random. With <c>PYREPO_FUZZ</c>, so many of them; without it, 5,000.
/// </summary>
public sealed class HostileAttestationTests(SigstoreFixture fixture, ITestOutputHelper output)
    : IClassFixture<SigstoreFixture>
{
    const int DefaultCount = 5_000;

    /// <summary>Of one verification. The documents have less than 100 KiB.</summary>
    const long MaxAllocated = 8 << 20;

    /// <summary>Of one verification of a document of the greatest length, 1 MiB.</summary>
    const long MaxAllocatedOfLong = 16 << 20;

    /// <summary>What may stay behind of all of them.</summary>
    const long MaxGrowth = 32 << 20;

    [Fact]
    public void Whatever_is_changed_there_is_a_verdict_and_none_proves_anything_else()
    {
        var count = Environment.GetEnvironmentVariable("PYREPO_FUZZ") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : DefaultCount;
        var lenient = fixture.CreateLenient();
        var good = fixture.GetGood().Select(each => (
            Document: each,
            Mutator: new AttestationMutator(SigstoreFixture.ToBytes(each.Json)),
            Verdict: each.Verify(fixture.Verifier, SigstoreFixture.ToBytes(each.Json)))).ToList();
        var seen = new Dictionary<string, int>();
        var (before, watch, most) = (GC.GetTotalMemory(forceFullCollection: true), Stopwatch.StartNew(), 0L);
        for (var seed = 0; seed < count; seed++)
        {
            var (document, mutator, original) = good[seed % good.Count];
            var random = new Random(seed);
            var bytes = mutator.Mutate(random);
            // What comes after the first fault is looked at only if that is let pass, which takes long.
            var isLenient = random.Next(32) == 0;
            var start = GC.GetAllocatedBytesForCurrentThread();
            var verdict = Verify(document, isLenient ? lenient : fixture.Verifier, bytes, seed);
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - start);
            Assert.True(most < MaxAllocated, $"seed {seed}: {most} bytes were allocated");
            if (isLenient)
                continue;
            var step = (verdict as Verdict.Refused)?.Step.ToString() ?? "verified";
            seen[step] = seen.GetValueOrDefault(step) + 1;
            if (verdict is Verdict.Verified)
                Assert.True(original == verdict, $"seed {seed}: {verdict}");
        }
        output.WriteLine($"{count} in {watch.Elapsed}, of {most} bytes at most");
        output.WriteLine(string.Join(", ",
            seen.OrderByDescending(each => each.Value).Select(each => $"{each.Key} {each.Value}")));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MaxGrowth);
        // If most were no JSON, or only few steps were reached, nothing would be shown.
        Assert.InRange(seen.GetValueOrDefault(nameof(VerificationStep.Format)), 1, count * 2 / 3);
        Assert.InRange(seen.Count, 10, int.MaxValue);
    }

    /// <summary>What is as long as it may be costs a few times its length.</summary>
    [Theory]
    [InlineData("timestamps", "null")]
    [InlineData("timestamps", "\"\"")]
    [InlineData("timestamps", "\"AAAA\"")]
    [InlineData("transparency_entries", "null")]
    [InlineData("transparency_entries", "{}")]
    [InlineData("hashes", "null")]
    [InlineData("hashes", "\"\"")]
    [InlineData("unknown", "{}")]
    [InlineData("subject", "null")]
    [InlineData("subject", "{\"name\":\"\",\"digest\":{}}")]
    [InlineData("members", "")]
    [InlineData("checkpoint", "")]
    [InlineData("signatures", "")]
    [InlineData("certificate", "")]
    public void A_long_attestation_costs_little_memory(string where, string item)
    {
        var attestation = fixture.Instance.Attest(SigstoreFixture.Request);
        var material = attestation["verification_material"]!;
        var proof = material["transparency_entries"]![0]!["inclusionProof"]!;
        const string marker = "what is long";
        var room = SigstoreBundle.MaxLength - 20_000;
        var many = $"[{string.Join(',', Enumerable.Repeat(item, room / (item.Length + 1)))}]";
        switch (where)
        {
            case "timestamps" or "transparency_entries" or "unknown":
                material[where] = marker;
                break;
            case "hashes":
                proof[where] = marker;
                break;
            case "subject":
                var subjects = many[..Math.Min(many.Length, room / 2)];
                attestation["envelope"]!["statement"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(
                    $"{{\"_type\":\"\",\"predicateType\":\"\",\"subject\":{subjects[..subjects.LastIndexOf(',')]}]}}"));
                break;
            case "members":
                material["unknown"] = marker;
                many = $"{{{string.Join(',', Enumerable.Range(0, room / 12).Select(i => $"\"m{i}\":0"))}}}";
                break;
            case "checkpoint":
                proof["checkpoint"]!["envelope"] = new string('\n', room / 2);
                break;
            case "signatures":
                proof["checkpoint"]!["envelope"] = $"a\n1\n{(string)proof["rootHash"]!}\n\n"
                    + string.Concat(Enumerable.Repeat("\u2014 a AAAAAAAA\n", room / 40));
                break;
            default:
                material[where] = Convert.ToBase64String(new byte[room / 2]);
                break;
        }
        var bytes = Encoding.UTF8.GetBytes(
            attestation.ToJsonString().Replace($"\"{marker}\"", many, StringComparison.Ordinal));
        Assert.InRange(bytes.Length, room / 3, SigstoreBundle.MaxLength);
        var (lenient, start) = (fixture.CreateLenient(), GC.GetAllocatedBytesForCurrentThread());
        var watch = Stopwatch.StartNew();
        var verdict = lenient.VerifyAttestation(bytes, SigstoreFixture.Policy);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - start;
        output.WriteLine($"{where} {item}: {watch.ElapsedMilliseconds} ms, {allocated >> 10} KiB, {verdict}");
        Assert.InRange(allocated, 0, MaxAllocatedOfLong);
    }

    static Verdict Verify(GoodDocument document, SigstoreVerifier verifier, byte[] bytes, int seed)
    {
        try
        {
            return document.Verify(verifier, bytes);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"seed {seed} fails", error);
        }
    }
}
