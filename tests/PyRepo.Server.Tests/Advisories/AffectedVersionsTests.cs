using FsCheck;
using FsCheck.Fluent;
using PyRepo.Advisories;
using PyRepo.Packaging.Versions;
using static PyRepo.Server.Tests.Advisories.Osv;

namespace PyRepo.Server.Tests.Advisories;

public sealed class AffectedVersionsTests
{
    static readonly string[] _versions =
        ["0.dev1", "0.1", "1.0rc1", "1.0", "1.0.post1", "1.1", "1.5", "2.0.dev1", "2.0", "2.1", "1!0.5"];

    [Theory]
    [InlineData("""[{ "introduced": "0" }, { "fixed": "1.0" }]""", "0.dev1 0.1 1.0rc1")]
    [InlineData("""[{ "introduced": "1.0" }, { "fixed": "2.0" }]""", "1.0 1.0.post1 1.1 1.5 2.0.dev1")]
    [InlineData("""[{ "introduced": "1.0" }, { "last_affected": "1.5" }]""", "1.0 1.0.post1 1.1 1.5")]
    [InlineData("""[{ "introduced": "2.0" }]""", "2.0 2.1 1!0.5")]
    [InlineData(
        """[{ "introduced": "0" }, { "fixed": "1.0" }, { "introduced": "1.5" }, { "fixed": "2.0" }]""",
        "0.dev1 0.1 1.0rc1 1.5 2.0.dev1")]
    // Several fixes, as PyPA's database has them: the first counts.
    [InlineData("""[{ "introduced": "1.0" }, { "fixed": "2.0" }, { "fixed": "1.1" }]""", "1.0 1.0.post1")]
    [InlineData("""[{ "introduced": "1.0" }, { "limit": "1.5" }]""", "1.0 1.0.post1 1.1")]
    [InlineData("""[{ "introduced": "1.0" }, { "limit": "1.1" }, { "limit": "1.5" }]""", "1.0 1.0.post1 1.1")]
    [InlineData("""[{ "introduced": "2.1" }, { "limit": "*" }]""", "2.1 1!0.5")]
    [InlineData("""[{ "introduced": "1.5" }, { "last_affected": "1.5" }]""", "1.5")]
    [InlineData("""[{ "introduced": "1.1" }, { "fixed": "1.5" }, { "introduced": "1.5" }, { "fixed": "2.0" }]""",
        "1.1 1.5 2.0.dev1")]
    // Events are in no order.
    [InlineData("""[{ "fixed": "2.0" }, { "introduced": "1.5" }, { "fixed": "1.0" }, { "introduced": "0" }]""",
        "0.dev1 0.1 1.0rc1 1.5 2.0.dev1")]
    // Nothing introduces it.
    [InlineData("""[{ "fixed": "2.0" }]""", "")]
    [InlineData("[]", "")]
    // A text that is no version comes before all that are, and fixes nothing.
    [InlineData("""[{ "introduced": "2004d" }, { "fixed": "0.1" }]""", "0.dev1")]
    [InlineData("""[{ "introduced": "0" }, { "fixed": "2004d" }]""",
        "0.dev1 0.1 1.0rc1 1.0 1.0.post1 1.1 1.5 2.0.dev1 2.0 2.1 1!0.5")]
    [InlineData("""[{ "introduced": "0" }, { "last_affected": "1!0" }]""",
        "0.dev1 0.1 1.0rc1 1.0 1.0.post1 1.1 1.5 2.0.dev1 2.0 2.1")]
    public void A_range_affects_what_its_events_say(string events, string affected)
    {
        var database = Read(Json(affected: events));
        Assert.Equal(affected, string.Join(' ', _versions.Where(database.Affects)));
    }

    [Fact]
    public void A_version_is_affected_if_one_of_several_ranges_has_it()
    {
        var database = Read(Json(more: """
            , "affected": [
              { "package": { "ecosystem": "PyPI", "name": "foo_bar" }, "ranges": [
                { "type": "ECOSYSTEM", "events": [{ "introduced": "1.0" }, { "fixed": "1.0.post1" }] },
                { "type": "GIT", "events": [{ "introduced": "0" }] },
                { "type": "SEMVER", "events": [{ "introduced": "0" }] } ] },
              { "package": { "ecosystem": "PyPI", "name": "Foo-Bar" }, "ranges": [
                { "type": "ECOSYSTEM", "events": [{ "introduced": "2.1" }] } ], "versions": ["0.1"] } ]
            """));
        Assert.Equal("0.1 1.0 2.1 1!0.5", string.Join(' ', _versions.Where(database.Affects)));
    }

    [Theory]
    [InlineData("1.0.0", true)]
    [InlineData("v1", true)]
    [InlineData("1.0+cpu", true)]
    [InlineData("1.0.1", false)]
    [InlineData("2004d", true)]
    [InlineData("2004e", false)]
    public void A_listed_version_is_affected_however_it_is_spelled(string version, bool isAffected) =>
        Assert.Equal(isAffected, Read(Json(affected: "[]", versions: """["1.0", "2004d"]""")).Affects(version));

    [Fact]
    public void A_local_build_of_the_last_affected_version_is_affected()
    {
        var database = Read(Json(affected: """[{ "introduced": "0" }, { "last_affected": "1.0" }]"""));
        Assert.True(database.Affects("1.0+cpu"));
        Assert.False(database.Affects("1.0.post1"));
    }

    [Fact]
    public void A_text_that_is_no_version_is_affected_from_the_beginning()
    {
        Assert.True(Read(Json()).Affects("2004d"));
        Assert.False(Read(Json(affected: """[{ "introduced": "0.1" }]""")).Affects("2004d"));
    }

    [Fact]
    public void Listed_versions_that_a_range_has_are_not_kept()
    {
        var advisory = Read(Json(versions: """["0.1", "0.2", "3.0", "3.0.0"]""")).Find(Project).Single();
        Assert.Equal(1, advisory.Affected.ListedCount);
        Assert.True(advisory.IsAffected(PythonVersion.Parse("3"), "3"));
    }

    /// <summary>For each pair of an introduction and its fix, an advisory is the interval between both.</summary>
    [Fact]
    public void Ordered_pairs_of_events_are_intervals_in_any_order_of_the_document()
    {
        var texts = Enumerable.Range(0, 40).Select(number => $"{number / 10}.{number % 10}").ToArray();
        var ranges =
            from points in Gen.SubListOf<string>(texts)
            from shuffled in Gen.Shuffle(points.Select((point, index) => (point, index)).ToArray())
            from version in Gen.Elements(texts)
            select (Points: points.ToList(), Shuffled: shuffled, version);
        Prop.ForAll(ranges.ToArbitrary(), range =>
        {
            var events = range.Shuffled.Select(e => new RangeEvent(
                e.index % 2 == 0 ? RangeEventKind.Introduced : RangeEventKind.Fixed, PythonVersion.Parse(e.point)));
            var version = PythonVersion.Parse(range.version);
            var reached = range.Points.Count(point => PythonVersion.Parse(point) <= version);
            return new AffectedRange(events, null).Contains(version) == (reached % 2 == 1);
        }).QuickCheckThrowOnFailure();
    }
}
