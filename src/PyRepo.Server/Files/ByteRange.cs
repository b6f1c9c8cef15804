using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace PyRepo.Server.Files;

/// <summary>Which part of a file a request asks for (RFC 9110 §14).</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Count">How many.</param>
readonly record struct ByteRange(long Offset, long Count)
{
    /// <summary>Reads a Range header.</summary>
    /// <returns>
    /// The part; null where the whole file is to be sent: no or no valid range, or several. A part of zero bytes stands for
    /// one that lies outside the file (416).
    /// </returns>
    public static ByteRange? Parse(string header, long length)
    {
        if (!RangeHeaderValue.TryParse(header, out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1)
            return null;
        var range = parsed.Ranges.Single();
        if (range.From is not { } from)
        {
            var last = Math.Min(range.To ?? 0, length);
            return new ByteRange(length - last, last);
        }
        return from >= length
            ? new ByteRange(0, 0)
            : new ByteRange(from, Math.Min(range.To ?? long.MaxValue, length - 1) - from + 1);
    }

    /// <summary>The value of Content-Range.</summary>
    public string ToContentRange(long length) => Count == 0
        ? string.Create(CultureInfo.InvariantCulture, $"bytes */{length}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes {Offset}-{Offset + Count - 1}/{length}");

    /// <summary>Whether If-Range lets the part be sent: it names exactly this version, by a strong tag or its date.</summary>
    public static bool IsCurrent(string ifRange, string tag, DateTimeOffset lastModified) =>
        ifRange == tag
        || (HeaderUtilities.TryParseDate(ifRange, out var date)
            && date.ToUnixTimeSeconds() == lastModified.ToUnixTimeSeconds());
}
