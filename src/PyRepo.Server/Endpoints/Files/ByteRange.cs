using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// The part of a file that a request asks for (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-14">RFC 9110,
/// section 14</see>).
/// </summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Count">The number of bytes.</param>
readonly record struct ByteRange(long Offset, long Count)
{
    /// <summary>Parses a Range header.</summary>
    /// <returns>
    /// The part, or null if the whole file must be sent because the header has no valid range or several ranges. A part
    /// of zero bytes means that the range is outside the file (416).
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

    /// <summary>Returns the value of Content-Range.</summary>
    public string ToContentRange(long length) => Count == 0
        ? string.Create(CultureInfo.InvariantCulture, $"bytes */{length}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes {Offset}-{Offset + Count - 1}/{length}");

    /// <summary>
    /// Returns whether If-Range allows a partial response: it must identify exactly this version, by a strong tag or by
    /// its date.
    /// </summary>
    public static bool IsCurrent(string ifRange, string tag, DateTimeOffset lastModified) =>
        ifRange == tag
        || (HeaderUtilities.TryParseDate(ifRange, out var date)
            && date.ToUnixTimeSeconds() == lastModified.ToUnixTimeSeconds());
}
