using System.Globalization;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>The date of <c>@{date}/simple/</c>.</summary>
static class IndexDate
{
    const int MaxLength = 40;

    static readonly string[] _times =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    /// <summary>
    /// Parses a date, which means all of that day in UTC as in uv's <c>--exclude-newer</c>, or a time
    /// (<see href="https://www.rfc-editor.org/rfc/rfc3339#section-5.6">RFC 3339 §5.6</see>).
    /// </summary>
    /// <param name="text">The text: <c>2026-01-31</c> or <c>2026-01-31T12:00:00Z</c>.</param>
    /// <param name="last">The last moment that counts.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset last)
    {
        Span<char> buffer = stackalloc char[MaxLength];
        last = default;
        if (text.Length > buffer.Length)
            return false;
        ReadOnlySpan<char> upper = buffer[..text.ToUpperInvariant(buffer)]; // RFC 3339 allows a lowercase t and z.
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(upper, "yyyy-MM-dd", CultureInfo.InvariantCulture, utc, out var day))
        {
            last = day == DateTimeOffset.MaxValue.Date ? DateTimeOffset.MaxValue : day.AddDays(1).AddTicks(-1);
            return true;
        }
        if (!DateTimeOffset.TryParseExact(upper, _times, CultureInfo.InvariantCulture, utc, out last))
            return false;
        // Pages show microseconds. A file is there at the time that its page shows.
        last = last.AddTicks(TimeSpan.TicksPerMicrosecond - 1 - (last.Ticks % TimeSpan.TicksPerMicrosecond));
        return true;
    }
}
