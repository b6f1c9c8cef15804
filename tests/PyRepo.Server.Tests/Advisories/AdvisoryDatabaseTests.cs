using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Resources.Proxied;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Advisories;

public sealed class AdvisoryDatabaseTests
{
    const string High = """
        , "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" }]
        """;

    static readonly PythonVersion _version = PythonVersion.Parse("0.5");

    [Fact]
    public void An_advisory_has_the_content_of_its_document()
    {
        var advisory = Read(Json(
            aliases: """["GHSA-1", "CVE-1", "CVE-1"]""",
            affected: """[{ "introduced": "0" }, { "fixed": "1.10" }, { "fixed": "1.9" }]""",
            more: """, "published": "2026-01-01T00:00:00Z" """)).Find(Project).Single();
        Assert.Equal("PYSEC-2026-1", advisory.Id);
        Assert.Equal("CVE-1 GHSA-1", string.Join(' ', advisory.Aliases));
        Assert.Equal("A summary.", advisory.Summary);
        Assert.Equal("1.9 1.10", string.Join(' ', advisory.FixedIn));
        Assert.Equal("https://osv.dev/vulnerability/PYSEC-2026-1", advisory.Link);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), advisory.Published);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), advisory.Modified);
        Assert.Null(advisory.Withdrawn);
        Assert.Null(advisory.Severity);
    }

    [Fact]
    public void Without_a_summary_the_first_line_of_the_details_is_one()
    {
        var line = new string('x', 500);
        var advisory = Read(Json(more: $$""", "summary": "", "details": "### {{line}}\n\nMore." """)).Find(Project)[0];
        Assert.Equal($"{line[..199]}…", advisory.Summary);
    }

    [Fact]
    public void A_project_is_found_by_its_normalized_name_and_only_in_its_ecosystem()
    {
        var database = Read(Json(), Json("PYSEC-2").Replace("PyPI", "npm", StringComparison.Ordinal));
        Assert.Equal("PYSEC-2026-1", Assert.Single(database.Find(ProjectName.Parse("foo.bar"))).Id);
        Assert.Empty(database.Find(ProjectName.Parse("foo")));
        Assert.Equal(1, database.Count);
        Assert.Equal(0, database.Skipped);
    }

    [Fact]
    public void A_withdrawn_advisory_is_found_and_affects_nothing()
    {
        var database = Read(Json(more: """, "withdrawn": "2026-01-03T00:00:00Z" """));
        Assert.NotNull(Assert.Single(database.Find(Project)).Withdrawn);
        Assert.Empty(database.Find(Project, _version, "0.5"));
    }

    [Fact]
    public void An_advisory_that_affects_nothing_is_left_out() =>
        Assert.Equal(0, Read(Json(affected: "[]")).Count);

    [Theory]
    [InlineData(High, Severity.High)]
    [InlineData(""", "database_specific": { "severity": "MODERATE" }""", Severity.Medium)]
    [InlineData(""", "database_specific": { "severity": ["HIGH"] }""", null)]
    [InlineData(""", "database_specific": "HIGH" """, null)]
    [InlineData(High + """, "database_specific": { "severity": "LOW" }""", Severity.High)]
    [InlineData(""", "severity": [{ "type": "CVSS_V3", "score": "?" }], "database_specific": { "severity": "LOW" }""",
        Severity.Low)]
    [InlineData(
        """
        , "severity": [
          { "type": "CVSS_V2", "score": "AV:L/AC:H/Au:M/C:N/I:N/A:P" },
          { "type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:H/VA:L/SC:N/SI:H/SA:L" },
          { "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" }, null, { "type": "Ubuntu" } ]
        """, Severity.Critical)]
    public void The_severity_is_the_highest_CVSS_score_or_else_that_of_the_database(string more, Severity? severity) =>
        Assert.Equal(severity, Read(Json(more: more)).Find(Project)[0].Severity);

    [Fact]
    public void An_advisory_without_a_severity_takes_that_of_an_alias_even_indirectly()
    {
        var database = Read(
            Json("PYSEC-1", aliases: """["CVE-1"]"""),
            Json("X-1", aliases: """["CVE-1", "GHSA-1"]""", affected: "[]"),
            Json("GHSA-1", affected: "[]", more: High));
        Assert.Equal(Severity.High, Assert.Single(database.Find(Project)).Severity);
    }

    [Fact]
    public void A_withdrawn_alias_is_ignored() => Assert.Null(Read(
        Json("PYSEC-1", aliases: """["GHSA-1"]"""),
        Json("GHSA-1", more: High + """, "withdrawn": "2026-01-03T00:00:00Z" """)).Find(Project)[1].Severity);

    [Fact]
    public void An_advisory_with_a_severity_is_preferred_among_those_of_one_vulnerability()
    {
        var database = Read(
            Json("GHSA-1", aliases: """["CVE-1"]"""),
            Json("PYSEC-1", aliases: """["CVE-1"]""", more: High),
            Json("PYSEC-2"));
        var found = database.Find(Project, _version, "0.5");
        Assert.Equal(["PYSEC-1", "PYSEC-2"], found.Select(advisory => advisory.Id));
        Assert.Equal("CVE-1 GHSA-1", string.Join(' ', found[0].Aliases));
        Assert.Equal(3, database.Find(Project).Length);
    }

    [Fact]
    public void An_alias_that_does_not_affect_the_version_is_not_shown()
    {
        var database = Read(
            Json("GHSA-1", aliases: """["PYSEC-1"]""", affected: """[{ "introduced": "2.0" }]""", more: High),
            Json("PYSEC-1"));
        var found = Assert.Single(database.Find(Project, _version, "0.5"));
        Assert.Equal(("PYSEC-1", Severity.High), (found.Id, found.Severity));
        Assert.Empty(found.Aliases);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, Severity.Critical, true)]
    [InlineData(Severity.Medium, null, true)]
    [InlineData(Severity.Medium, Severity.Medium, true)]
    [InlineData(Severity.Medium, Severity.High, false)]
    [InlineData(Severity.Critical, Severity.High, true)]
    public void An_advisory_without_a_severity_is_severe_enough(Severity? severity, Severity? minimum, bool isEnough)
    {
        var advisory = Read(Json()).Find(Project)[0] with { Severity = severity };
        Assert.Equal(isEnough, advisory.IsSevereEnough(minimum));
    }

    [Fact]
    public void Equal_content_has_the_same_version_in_any_order()
    {
        string[] documents = [Json("PYSEC-1"), Json("PYSEC-2"), Json("PYSEC-3")];
        Assert.Equal(Read(documents).Version, Read(documents.Reverse()).Version);
        Assert.Equal(Read(documents).Version, ReadText($"[{string.Join(',', documents)}]").Version);
        Assert.NotEqual(Read(documents).Version, Read(documents[..2]).Version);
        Assert.NotEqual(Read(documents).Version, Read([.. documents[..2], Json("PYSEC-3", more: High)]).Version);
    }

    [Fact]
    public void The_last_modified_of_two_documents_with_one_id_wins()
    {
        string[] documents =
        [
            Json(affected: """[{ "introduced": "2.0" }]""", more: """, "modified": "2026-06-01T00:00:00Z" """), Json(),
        ];
        Assert.All([Read(documents), Read(documents.Reverse())], database =>
        {
            Assert.False(database.Affects("0.5"));
            Assert.True(database.Affects("2.0"));
            Assert.Equal(1, database.Count);
        });
        Assert.Equal(Read(documents).Version, Read(documents.Reverse()).Version);
    }

    [Fact]
    public void A_file_may_be_one_document_or_a_list()
    {
        Assert.Equal(1, ReadText(Json()).Count);
        Assert.Equal(1, ReadText("\uFEFF " + Json()).Count);
        Assert.Equal(2, ReadText($"[ {Json("A")} , {Json("B")} , 1, null, [[]], \"x\"]").Count);
    }
}
