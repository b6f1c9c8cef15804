using System.Text.RegularExpressions;
using PyRepo.Server.Endpoints.Web;
using PyRepo.Server.Endpoints.Web.Projects;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed partial class PageTextTests
{
    static readonly DateTimeOffset _now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-60, "just now")]
    [InlineData(60, "1 minute ago")]
    [InlineData(3_599, "59 minutes ago")]
    [InlineData(86_399, "23 hours ago")]
    [InlineData(3 * 86_400, "3 days ago")]
    [InlineData(31 * 86_400, "1 month ago")]
    [InlineData(365 * 86_400, "11 months ago")]
    [InlineData(366 * 86_400, "1 year ago")]
    [InlineData(800 * 86_400, "2 years ago")]
    public void An_age_is_told_in_one_unit_and_the_time_to_programs(int seconds, string age)
    {
        var time = PageText.Ago(_now.AddSeconds(-seconds), _now).Text;
        Assert.Contains($">{age}<", time, StringComparison.Ordinal);
        Assert.Contains(
            $"datetime=\"{_now.AddSeconds(-seconds):yyyy-MM-ddTHH:mm:ssZ}\"", time, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json-tools", "json", "<mark>json</mark>-tools")]
    [InlineData("JSON and json", "json", "<mark>JSON</mark> and <mark>json</mark>")]
    [InlineData("<b>", "b", "&lt;<mark>b</mark>&gt;")]
    [InlineData("nothing", "json", "nothing")]
    [InlineData("", "json", "")]
    public void Words_that_were_searched_for_are_marked(string text, string word, string html) =>
        Assert.Equal(html, MarkedText.Render(text, [word]).Text);

    [Fact]
    public void The_longest_of_several_words_is_marked() =>
        Assert.Equal("<mark>jsonl</mark>", MarkedText.Render("jsonl", ["json", "jsonl"]).Text);

    [Theory]
    [InlineData(1, 1, "")]
    [InlineData(1, 3, "1 2 3")]
    [InlineData(50, 100, "1 … 48 49 50 51 52 … 100")]
    [InlineData(100, 100, "1 … 98 99 100")]
    public void A_pager_has_the_first_the_last_and_the_neighbours(int number, int pages, string numbers) =>
        Assert.Equal(numbers, string.Join(' ', Item.Matches(Pager.Render(number, pages, "?").Text)
            .Select(item => item.Groups["text"].Value)));

    [Theory]
    [InlineData(null, "Description")]
    [InlineData("files", "Files")]
    [InlineData("FILES", "Description")]
    [InlineData("2", "Description")]
    [InlineData("<script>", "Description")]
    public void An_unknown_tab_is_the_description(string? name, string tab) =>
        Assert.Equal(tab, $"{ProjectTabNames.Parse(name)}");

    [Theory]
    [InlineData(1, "4")]
    [InlineData(7, "8")]
    [InlineData(100, "200")]
    [InlineData(1_234, "2,000")]
    public void The_topmost_line_of_a_chart_is_a_round_number(long most, string top)
    {
        var today = new DateOnly(2026, 11, 29);
        var chart = DayChart.Render([(today.AddDays(-1), most), (today, 0)]).Text;
        Assert.Contains($">{top}</text>", chart, StringComparison.Ordinal);
    }

    [GeneratedRegex("<li>(<a[^>]*>)?(?<text>[^<]+)")]
    static partial Regex Item { get; }
}
