using System.Buffers.Text;
using System.Globalization;

namespace PyRepo.Packaging.Simple;

/// <summary>The format of times on a page: UTC, <c>yyyy-mm-ddThh:mm:ss.ffffffZ</c>
/// (<see href="https://peps.python.org/pep-0700/">PEP 700</see>).</summary>
static class UploadTime
{
    /// <summary>The number of bytes that <see cref="Write"/> writes.</summary>
    public const int Length = 27;

    const string ReadFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";
    const int MaxDecimals = 7;
    const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>Writes a time as UTF-8, always with six decimals: pip on Python 3.10 reads only 0, 3 or 6
    /// decimals.</summary>
    public static void Write(Span<byte> destination, DateTimeOffset time)
    {
        Span<byte> round = stackalloc byte[Length + 1];
        // The round-trip format has seven decimals and then "Z": the seventh goes.
        Utf8Formatter.TryFormat(time.UtcDateTime, round, out _, 'O');
        round[..(Length - 1)].CopyTo(destination);
        destination[Length - 1] = (byte)'Z';
    }

    /// <summary>Reads a time of that form, with any number of decimals or another offset; without an offset it is UTC.
    /// Returns null if the text is not a time.</summary>
    public static DateTimeOffset? Parse(string? text) => DateTimeOffset.TryParseExact(
        Shortened(text ?? ""), ReadFormat, CultureInfo.InvariantCulture, Utc, out var time)
        ? time
        : null;

    /// <summary>Removes the decimals that .NET cannot parse.</summary>
    static string Shortened(string text)
    {
        var first = text.IndexOf('.', StringComparison.Ordinal) + 1;
        var count = first == 0 ? 0 : text.AsSpan(first).IndexOfAnyExceptInRange('0', '9');
        return count > MaxDecimals ? text.Remove(first + MaxDecimals, count - MaxDecimals) : text;
    }
}
