using System.IO.Compression;
using System.Text.Json;
using PyRepo.Advisories;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Resources.Proxied;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Advisories;

/// <summary>PyPA's advisories, which have versions beside the ranges.</summary>
public sealed class AdvisoryCorpusTests(ITestOutputHelper output)
{
    const string Corpus = "corpus/advisories/all.zip";

    [AssetFact(Corpus)]
    public void Every_advisory_is_read()
    {
        var database = ReadCorpus();
        // PYSEC-2022-15 has neither ranges nor versions.
        Assert.Equal((2660, 0), (database.Count, database.Skipped));
        Assert.Equal(database.Version, ReadCorpus().Version);
    }

    [AssetFact(Corpus)]
    public void Versions_listed_by_an_advisory_are_affected()
    {
        var database = ReadCorpus();
        var missed = from found in Documents()
                     where found.Withdrawn is null
                     from version in found.Versions
                     where database.Find(found.Project, PythonVersion.ParseOrNull(version), version)
                         .All(advisory => advisory.Id != found.Id && !advisory.Aliases.Contains(found.Id))
                     select $"{found.Id} {version}";
        Assert.Empty(missed);
    }

    /// <summary>
    /// There are three exceptions, where the ranges and the list of an advisory disagree. The list holds then, too:
    /// pre-releases before the versions that introduce it, versions listed although they are named as the fix, and
    /// ranges within ranges.
    /// </summary>
    [AssetFact(Corpus)]
    public void Versions_listed_by_an_advisory_are_in_its_ranges()
    {
        var database = ReadCorpus();
        var (listed, outside) = (0, new Dictionary<string, int>());
        foreach (var found in Documents().Where(found => found.HasRanges))
        {
            var advisory = database.Find(found.Project).Single(advisory => advisory.Id == found.Id);
            listed += found.Versions.Count;
            if (advisory.Affected.ListedCount > 0)
                outside.Add(found.Id, advisory.Affected.ListedCount);
        }
        output.WriteLine($"{listed} listed, {outside.Values.Sum()} outside: {string.Join(' ', outside)}");
        Assert.Equal(140_846, listed);
        Assert.Equal(
            "[PYSEC-2021-114, 1] [PYSEC-2023-177, 2] [PYSEC-2023-61, 6]",
            string.Join(' ', outside.OrderBy(found => found.Key, StringComparer.Ordinal)));
    }

    [AssetFact(Corpus)]
    public void Every_CVSS_vector_has_a_rating()
    {
        using var zip = ZipFile.OpenRead(Assets.GetPath(Corpus));
        var ratings = new List<(string? Vector, Severity? Rating)>();
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            var document = JsonSerializer.Deserialize(stream, OsvJson.Default.OsvDocument)!;
            ratings.AddRange((document.Severity ?? []).Select(
                severity => (severity!.Score, SeverityRating.OfVector(severity.Type, severity.Score))));
        }
        Assert.Equal(202, ratings.Count);
        Assert.DoesNotContain(ratings, rating => rating.Rating is null);
    }

    static AdvisoryDatabase ReadCorpus()
    {
        using var file = File.OpenRead(Assets.GetPath(Corpus));
        return AdvisoryDatabase.Read(file, default);
    }

    /// <summary>Reads what the tests need, by other means than the database.</summary>
    static IEnumerable<Listed> Documents()
    {
        using var zip = ZipFile.OpenRead(Assets.GetPath(Corpus));
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            foreach (var affected in root.GetProperty("affected").EnumerateArray())
            {
                yield return new(
                    root.GetProperty("id").GetString()!,
                    root.TryGetProperty("withdrawn", out var withdrawn) ? withdrawn.GetString() : null,
                    ProjectName.Parse(affected.GetProperty("package").GetProperty("name").GetString()!),
                    affected.TryGetProperty("ranges", out var ranges)
                        && ranges.EnumerateArray().Any(range => range.GetProperty("type").GetString() is "ECOSYSTEM"),
                    affected.TryGetProperty("versions", out var versions)
                        ? [.. versions.EnumerateArray().Select(version => version.GetString()!)]
                        : []);
            }
        }
    }

    sealed record Listed(
        string Id, string? Withdrawn, ProjectName Project, bool HasRanges, IReadOnlyList<string> Versions);
}
