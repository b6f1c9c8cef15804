using System.Collections.Immutable;
using System.Globalization;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Downloads by day, as a bar chart that the server draws.</summary>
static class DayChart
{
    const int BarWidth = 20, Height = 160, Left = 50, Bottom = 20, Top = 10;

    /// <summary>Creates the chart, as SVG.</summary>
    public static Html Of(ImmutableArray<(DateOnly Day, long Downloads)> days)
    {
        var most = Math.Max(1, days.Max(day => day.Downloads));
        var width = Left + (days.Length * BarWidth);
        var best = days.MaxBy(day => day.Downloads);
        var label = $"Downloads by day, at most {PageText.Count(best.Downloads)} on {Text(best.Day)}";
        return Html.Of($"""
            <svg class="chart" viewBox="0 0 {width} {Height + Top + Bottom}" role="img" aria-label="{label}">
            <line x1="{Left}" y1="{Top + Height}" x2="{width}" y2="{Top + Height}"/>
            <text x="0" y="{Top + 10}">{PageText.Count(most)}</text><text x="0" y="{Top + Height}">0</text>
            {days.Select((day, i) => Bar(day, i, most))}
            <text x="{Left}" y="{Top + Height + 15}">{Text(days[0].Day)}</text>
            <text x="{width}" y="{Top + Height + 15}" text-anchor="end">{Text(days[^1].Day)}</text>
            </svg>
            """);
    }

    static Html Bar((DateOnly Day, long Downloads) day, int index, long most)
    {
        var height = (int)(Height * day.Downloads / most);
        var (x, y) = (Left + (index * BarWidth) + 2, Top + Height - height);
        return Html.Of($"""
            <rect x="{x}" y="{y}" width="{BarWidth - 4}" height="{height}">
            <title>{Text(day.Day)}: {PageText.Count(day.Downloads)}</title></rect>

            """);
    }

    static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
