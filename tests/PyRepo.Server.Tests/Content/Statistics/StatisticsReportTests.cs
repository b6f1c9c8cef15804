using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Limits;
using static PyRepo.Server.Tests.Content.Statistics.StatisticsFolder;

namespace PyRepo.Server.Tests.Content.Statistics;

public sealed class StatisticsReportTests
{
    static readonly DayDownloads _first = Downloads(
        1, ("foo", "1.0", "pip", "3.11", 5), ("foo", "1.0", "uv", null, 1), ("bar", "2.0", "pip", "3.11", 3));

    static readonly DayDownloads _second = Downloads(
        2, ("foo", "1.1", "pip", "3.12", 2), ("bar", "2.0", "uv", "3.12", 5));

    [Theory]
    [InlineData("project", "bar 8, foo 8")]
    [InlineData("version", "2.0 8, 1.0 6, 1.1 2")]
    [InlineData("project,version", "bar 2.0 8, foo 1.0 6, foo 1.1 2")]
    [InlineData("day", "2026-03-01 9, 2026-03-02 7")]
    [InlineData("installer", "pip 10, uv 6")]
    [InlineData("python", "3.11 8, 3.12 7,  1")]
    [InlineData("day,installer", "2026-03-01 pip 8, 2026-03-02 uv 5, 2026-03-02 pip 2, 2026-03-01 uv 1")]
    [InlineData("installer,day", "pip 2026-03-01 8, uv 2026-03-02 5, pip 2026-03-02 2, uv 2026-03-01 1")]
    public void Downloads_are_summed_by_the_requested_fields_most_downloaded_first(string by, string expected)
    {
        var report = Report(by);
        report.Add(_first, _ => true);
        report.Add(_second, _ => true);
        Assert.Equal(16, report.Downloads);
        var rows = report.Top().Select(row => $"{string.Join(' ', row.Cells)} {row.Downloads}");
        Assert.Equal(expected, string.Join(", ", rows));
    }

    [Fact]
    public void A_report_can_be_limited_to_one_project_and_the_first_rows()
    {
        var report = Report("version", ProjectName.Parse("foo"), top: 1);
        report.Add(_first, _ => true);
        report.Add(_second, _ => true);
        Assert.Equal(8, report.Downloads);
        Assert.Equal("1.0", Assert.Single(Assert.Single(report.Top()).Cells));
    }

    [Fact]
    public void Unreadable_projects_are_excluded_from_all_sums()
    {
        var report = Report("day");
        report.Add(_first, project => project?.Value == "bar");
        Assert.Equal((3, 3), (report.Downloads, Assert.Single(report.Top()).Downloads));
    }

    [Fact]
    public void Too_many_sums_are_refused()
    {
        var report = Report("project");
        var many = Enumerable.Range(0, ServerLimits.MaxStatisticsRows + 1)
            .Select(i => ($"p{i}", (string?)"1", "pip", (string?)null, 1L));
        var error = Assert.Throws<RejectedException>(() => report.Add(Downloads(1, [.. many]), _ => true));
        Assert.Equal(RejectionReason.Invalid, error.Reason);
    }

    [Fact]
    public void In_JSON_each_row_has_the_requested_fields()
    {
        var report = Report("project,python");
        report.Add(_first, _ => true);
        Assert.Equal(
            """
            {"repository":"all","from":"2026-03-01","to":"2026-03-31","by":["project","python"],"downloads":9,"rows":[{"project":"foo","python":"3.11","downloads":5},{"project":"bar","python":"3.11","downloads":3},{"project":"foo","python":null,"downloads":1}],"notCounted":["elsewhere"]}
            """.Trim(),
            Encoding.UTF8.GetString(StatisticsResponse.Write(report, "all", ["elsewhere"])));
    }

    [Fact]
    public void In_CSV_no_cell_is_a_formula_and_separators_are_quoted()
    {
        var report = Report("version,python");
        report.Add(Downloads(
            1, ("foo", "1.0", "pip", "3.11", 9), ("foo", "=1+2", "pip", null, 8), ("foo", "+a\"b,c", "pip", null, 7),
            ("foo", "-1", "pip", null, 6), ("foo", "@x", "pip", null, 5), ("foo", "a\nb", "pip", null, 4)), _ => true);
        Assert.Equal(
            "version,python,downloads\r\n1.0,3.11,9\r\n'=1+2,,8\r\n\"'+a\"\"b,c\",,7\r\n"
                + "'-1,,6\r\n'@x,,5\r\n\"a\nb\",,4\r\n",
            Encoding.UTF8.GetString(StatisticsCsv.Write(report)));
    }

    static StatisticsReport Report(string by, ProjectName? project = null, int top = 100) =>
        new(new StatisticsQuery(Day(1), Day(31), project, [.. by.Split(',').Select(Parse)], top));

    static StatisticsField Parse(string name) => StatisticsFieldNames.TryParse(name, out var field)
        ? field
        : throw new ArgumentException(name);

    static DayDownloads Downloads(
        int day,
        params IReadOnlyList<(string Project, string? Version, string Name, string? Python, long Downloads)> rows) =>
        new(Day(day), rows.ToImmutableDictionary(
            r => new DownloadKey(r.Project, r.Version, r.Name, r.Python), r => r.Downloads));
}
