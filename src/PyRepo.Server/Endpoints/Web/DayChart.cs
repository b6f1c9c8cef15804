using System.Collections.Immutable;
using System.Globalization;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// Downloads by day, as a bar chart that the server draws. It is as wide as the page: what is across is in percent, and
/// what is down is in CSS pixels, so that its words are as large on a phone as elsewhere.
/// </summary>
static class DayChart
{
    const int Height = 180, Top = 18, Bottom = 22, Lines = 4;

    /// <summary>Creates the chart, as SVG.</summary>
    /// <param name="days">The days, of which the last is today, which is not over.</param>
    public static Html Render(ImmutableArray<(DateOnly Day, long Downloads)> days)
    {
        var top = GetTop(days.Max(day => day.Downloads));
        var best = days.MaxBy(day => day.Downloads);
        var label = $"Downloads by day, at most {PageText.Count(best.Downloads)} on {Text(best.Day)}";
        return Html.From($"""
            <svg class="chart" height="{Top + Height + Bottom}" role="img" aria-label="{label}">
            <defs><pattern id="today" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="3" height="6"/></pattern></defs>
            {Enumerable.Range(0, Lines + 1).Select(line => Line(line, top))}
            <g>{days.Select((day, i) => Bar(days.Length, day, i, top))}</g>
            {GetTicks(days.Length).Select(tick => Tick(days, tick.Index, tick.HasDate))}
            </svg>
            """);
    }

    /// <summary>Creates the same numbers as a table.</summary>
    public static Html RenderTable(ImmutableArray<(DateOnly Day, long Downloads)> days) => Html.From($"""
        <details><summary>The days as a table</summary>
        <table>
        <thead><tr><th scope="col">Day</th><th scope="col">Downloads</th></tr></thead>
        <tbody>{days.Reverse().Select(day => Html.From(
            $"<tr><td>{Text(day.Day)}</td><td class=\"number\">{PageText.Count(day.Downloads)}</td></tr>\n"))}</tbody>
        </table></details>
        """);

    /// <summary>Returns the number at the topmost line: the next multiple of 4 of a round number.</summary>
    static long GetTop(long most)
    {
        var step = 1L;
        while (step * Lines < most)
            step = step.ToString(CultureInfo.InvariantCulture)[0] == '2' ? step / 2 * 5 : step * 2;
        return step * Lines;
    }

    static Html Line(int line, long top)
    {
        var y = Top + Height - (Height * line / Lines);
        return Html.From($"""
            <line x1="0" y1="{y}" x2="100%" y2="{y}"/>
            <text x="0" y="{y - 4}">{PageText.Count(top * line / Lines)}</text>

            """);
    }

    static Html Bar(int count, (DateOnly Day, long Downloads) day, int index, long top)
    {
        // A day with any downloads is seen, too.
        var height = day.Downloads == 0 ? 0 : Math.Max(1, (int)(Height * day.Downloads / top));
        var fill = Html.If(index == count - 1, $""" fill="url(#today)" """);
        return Html.From($"""
            <rect x="{Percent(index + .15, count)}" y="{Top + Height - height}" width="{Percent(.7, count)}"
            height="{height}"{fill}><title>{Text(day.Day)}: {PageText.Count(day.Downloads)}{(
                index == count - 1 ? ", today so far" : "")}</title></rect>

            """);
    }

    /// <summary>Returns the days with a tick, one in each week or four, and whether there is room for the date.</summary>
    static IEnumerable<(int Index, bool HasDate)> GetTicks(int count)
    {
        var (step, dates) = count <= 31 ? (7, 1) : count <= 92 ? (7, 3) : (28, 3);
        for (var i = 0; i * step < count; i++)
            yield return (i * step, i % dates == 0 && (i * step) + (count / 10) < count);
    }

    static Html Tick(ImmutableArray<(DateOnly Day, long Downloads)> days, int index, bool hasDate) => Html.From($"""
        <line x1="{Percent(index, days.Length)}" y1="{Top + Height}" x2="{Percent(index, days.Length)}"
        y2="{Top + Height + 5}"/>
        {Html.If(hasDate, $"""
            <text x="{Percent(index, days.Length)}" y="{Top + Height + 18}">{days[index].Day.ToString(
                "MMM d", CultureInfo.InvariantCulture)}</text>
            """)}
        """);

    static string Percent(double part, int count) =>
        (100 * part / count).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>The downloads of some days as a line, beside their sum.</summary>
static class Sparkline
{
    const int Height = 30;

    /// <summary>Creates the line.</summary>
    public static Html Render(ImmutableArray<long> days)
    {
        var most = Math.Max(1, days.Max());
        var points = string.Join(' ', days.Select((downloads, i) => string.Create(
            CultureInfo.InvariantCulture, $"{i * 4},{Height - (Height * downloads / most)}")));
        return Html.From($"""
            <svg class="spark" viewBox="0 -2 {(days.Length - 1) * 4} {Height + 4}" preserveAspectRatio="none"
            aria-hidden="true"><polyline points="{points}" vector-effect="non-scaling-stroke"/></svg>
            """);
    }
}
