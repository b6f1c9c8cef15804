using System.Buffers.Text;
using System.Globalization;

namespace PyRepo.Packaging.Simple;

/// <summary>The form of times on a page (PEP 700): UTC, <c>yyyy-mm-ddThh:mm:ss.ffffffZ</c>.</summary>
static class UploadTime
{
    /// <summary>The bytes that <see cref="Write"/> writes.</summary>
    public const int Length = 27;

    const string ReadFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";
    const int MaxDecimals = 7;
    const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>Writes a time as UTF-8. There are always six decimals, because pip on Python 3.10 reads only 0, 3 or 6
    /// of them.</summary>
    public static void Write(Span<byte> destination, DateTimeOffset time)
    {
        Span<byte> round = stackalloc byte[Length + 1];
        // The round-trip format has seven decimals and then "Z": the seventh goes.
        Utf8Formatter.TryFormat(time.UtcDateTime, round, out _, 'O');
        round[..(Length - 1)].CopyTo(destination);
        destination[Length - 1] = (byte)'Z';
    }

    /// <summary>Reads a time of that form, with any number of decimals or another offset; without an offset it is UTC.
    /// Null where it is none.</summary>
    public static DateTimeOffset? Parse(string? text) => DateTimeOffset.TryParseExact(
        Shortened(text ?? ""), ReadFormat, CultureInfo.InvariantCulture, Utc, out var time)
        ? time
        : null;

    /// <summary>The text with no more decimals than .NET reads.</summary>
    static string Shortened(string text)
    {
        var first = text.IndexOf('.', StringComparison.Ordinal) + 1;
        var count = first == 0 ? 0 : text.AsSpan(first).IndexOfAnyExceptInRange('0', '9');
        return count > MaxDecimals ? text.Remove(first + MaxDecimals, count - MaxDecimals) : text;
    }
}
