using PyRepo.Advisories;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Advisories;

/// <summary>What a database takes of the memory. The tests run alone, because they measure that of the process.
/// </summary>
[CollectionDefinition(nameof(AdvisoryMemoryTests), DisableParallelization = true)]
[Collection(nameof(AdvisoryMemoryTests))]
public sealed class AdvisoryMemoryTests(ITestOutputHelper output)
{
    const string Corpus = "corpus/advisories/all.zip";

    [AssetFact(Corpus)]
    public void An_advisory_of_a_vulnerability_takes_about_a_kibibyte()
    {
        using var file = File.OpenRead(Assets.GetPath(Corpus));
        Assert.InRange(MeasureEach(file), 1, 1300);
    }

    /// <summary>Most of OSV's advisories are about malicious projects, each with all its versions.</summary>
    [Fact]
    public void An_advisory_about_a_malicious_project_takes_less_than_a_kibibyte()
    {
        var versions = string.Join(',', Enumerable.Range(0, 50).Select(number => $"\"0.{number}\""));
        using var zip = Zip(Enumerable.Range(0, 10_000).Select(number =>
            Json($"MAL-2026-{number}", """[{ "introduced": "0" }]""", $"[{versions}]", $"[\"GHSA-{number}\"]",
                $$""", "summary": "Malicious code in project-{{number}} (PyPI)" """)
                .Replace("Foo.Bar", $"project-{number}", StringComparison.Ordinal)));
        Assert.InRange(MeasureEach(zip), 0, 1024);
    }

    /// <summary>Also if they are only listed.</summary>
    [Fact]
    public void A_list_of_a_malicious_projects_versions_takes_little()
    {
        var versions = string.Join(',', Enumerable.Range(0, 50).Select(number => $"\"0.{number}\""));
        using var zip = Zip(Enumerable.Range(0, 10_000).Select(number =>
            Json($"MAL-2026-{number}", "[]", $"[{versions}]")
                .Replace("Foo.Bar", $"project-{number}", StringComparison.Ordinal)));
        Assert.InRange(MeasureEach(zip), 0, 1300);
    }

    /// <summary>The memory in use once what other tests left is finalized and collected.</summary>
    static long Settled()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>What other tests left in pools may be freed meanwhile, which makes a measurement too small; none is too
    /// large, as nothing else runs.</summary>
    long MeasureEach(Stream stream) => Enumerable.Range(0, 3).Max(_ => MeasureOnce(stream));

    long MeasureOnce(Stream stream)
    {
        stream.Position = 0;
        AdvisoryDatabase.Read(Zip(Json()), default); // What is created once does not count.
        var before = Settled();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var began = TimeProvider.System.GetTimestamp();
        var database = AdvisoryDatabase.Read(stream, default);
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var memory = Settled() - before;
        output.WriteLine($"{database.Count} advisories of {database.ProjectCount} projects: {memory >> 10} KiB, "
            + $"{memory / database.Count} bytes each; {elapsed.TotalMilliseconds:0} ms, "
            + $"{allocated >> 20} MiB allocated");
        GC.KeepAlive(database);
        return memory / database.Count;
    }
}
