using System.Globalization;

namespace PyRepo.Operator.Manifests;

/// <summary>A time for people, to the minute: <c>2026-11-29 03:00 UTC</c>.</summary>
static class DisplayTime
{
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
