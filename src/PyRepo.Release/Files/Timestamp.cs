using System.Globalization;

namespace PyRepo.Release.Files;

/// <summary>Times as RFC 3339, to the second.</summary>
static class Timestamp
{
    /// <summary>In UTC.</summary>
    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
