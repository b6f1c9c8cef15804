using System.Globalization;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Writes values as people read them.</summary>
static class PageText
{
    static readonly string[] _units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Writes a size, such as <c>1.4 MiB</c>.</summary>
    public static string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < _units.Length - 1; unit++)
            value /= 1024;
        var digits = unit == 0 || value >= 100 ? "0" : "0.0";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {_units[unit]}";
    }

    /// <summary>Writes a number with separators, such as <c>12,345</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Writes <c>1 file</c> or <c>2 files</c>.</summary>
    public static string Count(long number, string one, string many) => $"{Count(number)} {(number == 1 ? one : many)}";

    /// <summary>Writes a day as an element that says the second to programs.</summary>
    public static Html Day(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        string Text(string format) => utc.ToString(format, CultureInfo.InvariantCulture);
        var (second, minute) = (Text("yyyy-MM-ddTHH:mm:ssZ"), Text("yyyy-MM-dd HH:mm"));
        return Html.From($"""<time datetime="{second}" title="{minute} UTC">{Text("yyyy-MM-dd")}</time>""");
    }

    /// <summary>Writes how long ago something was, such as <c>3 days ago</c>: what is new, and what is old.</summary>
    public static Html Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var utc = time.UtcDateTime;
        string Text(string format) => utc.ToString(format, CultureInfo.InvariantCulture);
        var (second, minute) = (Text("yyyy-MM-ddTHH:mm:ssZ"), Text("yyyy-MM-dd HH:mm"));
        // A clock that is ahead, or an upstream that lies, tells no age.
        var age = time - now > TimeSpan.FromMinutes(1) ? $"on {Text("yyyy-MM-dd")}" : Age(now - time);
        return Html.From($"""<time datetime="{second}" title="{minute} UTC">{age}</time>""");
    }

    static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } => $"{Count((long)age.TotalMinutes, "minute", "minutes")} ago",
        { TotalDays: < 1 } => $"{Count((long)age.TotalHours, "hour", "hours")} ago",
        { TotalDays: < 31 } => $"{Count((long)age.TotalDays, "day", "days")} ago",
        { TotalDays: < 366 } => $"{Count((long)(age.TotalDays / 30.44), "month", "months")} ago",
        _ => $"{Count((long)(age.TotalDays / 365.25), "year", "years")} ago",
    };

    /// <summary>Writes a day with its time.</summary>
    public static Html Time(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        string Text(string format) => utc.ToString(format, CultureInfo.InvariantCulture);
        return Html.From($"""<time datetime="{Text("yyyy-MM-ddTHH:mm:ssZ")}">{Text("yyyy-MM-dd HH:mm")} UTC</time>""");
    }

    /// <summary>Writes a day after some text; nothing if there is none.</summary>
    public static Html Day(string before, DateTimeOffset? time) =>
        time is { } known ? Html.From($"{before}{Day(known)}") : Html.Empty;
}
