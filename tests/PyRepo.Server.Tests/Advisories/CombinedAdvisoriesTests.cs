using System.Text;
using PyRepo.Advisories;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Proxied;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Advisories;

/// <summary>Own advisories beside those of a source.</summary>
public sealed class CombinedAdvisoriesTests
{
    const string Low = """, "database_specific": { "severity": "LOW" } """;

    [Fact]
    public void Both_are_found_in_the_order_of_their_ids()
    {
        var combined = AdvisoryDatabase.Combine(Read(Json("B"), Other("D")), Read(Json("A"), Json("C"), Other("E")));
        Assert.Equal(["A", "B", "C"], Ids(combined, "foo-bar"));
        Assert.Equal(["D", "E"], Ids(combined, "other"));
        Assert.Equal(5, combined.Count);
    }

    [Fact]
    public void An_own_advisory_replaces_the_one_with_its_id_whatever_project_that_is_about()
    {
        var combined = AdvisoryDatabase.Combine(Read(Json("A")), Read(Other("A"), Other("B")));
        Assert.Equal(["A"], Ids(combined, "foo-bar"));
        Assert.Equal(["B"], Ids(combined, "other"));
        Assert.Equal(Json("A"), Encoding.UTF8.GetString(combined.ReadDocument("A")!));
        Assert.NotNull(combined.ReadDocument("B"));
    }

    [Fact]
    public void An_alias_finds_all_advisories_that_have_it()
    {
        const string aliases = """["CVE-1"]""";
        var source = Read(
            Json("GHSA-1", aliases: aliases), Json("GHSA-2", aliases: """["CVE-2"]"""),
            Json("PYSEC-1", aliases: aliases));
        var combined = AdvisoryDatabase.Combine(Read(Json("A", aliases: aliases), Json("PYSEC-1")), source);
        Assert.Equal(["A", "GHSA-1"], combined.FindAliased("CVE-1"));
        Assert.Empty(combined.FindAliased("A"));
        Assert.Empty(combined.FindAliased("cve-1"));
    }

    [Fact]
    public void An_own_advisory_about_a_known_vulnerability_is_one_with_it()
    {
        var source = Read(Json("GHSA-1", aliases: """["CVE-1"]"""), Json("GHSA-2"));
        var combined = AdvisoryDatabase.Combine(Read(Json("OWN-1", aliases: """["CVE-1"]""", more: Low)), source);
        var found = combined.Find(Project, null, "x");
        Assert.Equal(["OWN-1", "GHSA-2"], found.Select(advisory => advisory.Id).OrderDescending());
        Assert.Equal(["CVE-1", "GHSA-1"], found.Single(advisory => advisory.Id == "OWN-1").Aliases);
    }

    [Fact]
    public void An_own_advisory_that_nobody_rated_has_the_rating_of_a_known_one_about_the_same()
    {
        var source = Read(Json("GHSA-1", aliases: """["CVE-1"]""", more: Low, affected: """[{ "introduced": "9" }]"""));
        var combined = AdvisoryDatabase.Combine(Read(Json("OWN-1", aliases: """["CVE-1"]""")), source);
        Assert.Equal(Severity.Low, Assert.Single(combined.Find(Project, null, "x")).Severity);
    }

    [Fact]
    public void The_version_changes_with_either()
    {
        var (own, source) = (Read(Json("A")), Read(Json("B")));
        var version = AdvisoryDatabase.Combine(own, source).Version;
        Assert.Equal(version, AdvisoryDatabase.Combine(Read(Json("A")), Read(Json("B"))).Version);
        Assert.NotEqual(version, AdvisoryDatabase.Combine(Read(Json("A", more: Low)), source).Version);
        Assert.NotEqual(version, AdvisoryDatabase.Combine(own, Read(Json("B", more: Low))).Version);
    }

    static string Other(string id) => Json(id).Replace("Foo.Bar", "other", StringComparison.Ordinal);

    static IEnumerable<string> Ids(AdvisoryDatabase database, string project) =>
        database.FindAll(ProjectName.Parse(project), null).Select(advisory => advisory.Id);
}
