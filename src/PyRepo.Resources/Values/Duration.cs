using System.Globalization;
using System.Text;

namespace PyRepo.Resources.Values;

/// <summary>
/// A duration, written as numbers with units: <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>7d</c>. The units are <c>ms s m
/// h d w</c>; a day is 24 hours. A duration is never negative.
/// </summary>
public readonly record struct Duration : IComparable<Duration>
{
    /// <summary>
    /// The pattern of a duration in a field, which works in RE2 and .NET alike and must match the whole string. The
    /// number of digits is limited so that a value never exceeds 10,000 years.
    /// </summary>
    public const string Pattern = "([0-9]{1,4}w|[0-9]{1,5}d|[0-9]{1,7}h|[0-9]{1,9}m|[0-9]{1,10}s|[0-9]{1,12}ms)+";

    static readonly (string Name, long Milliseconds)[] _units =
        [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <exception cref="ArgumentOutOfRangeException">The span is negative.</exception>
    public Duration(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        Value = value;
    }

    public TimeSpan Value { get; }

    public static Duration FromSeconds(long seconds) => new(TimeSpan.FromSeconds(seconds));

    public static Duration FromMinutes(long minutes) => new(TimeSpan.FromMinutes(minutes));

    public static Duration FromDays(int days) => new(TimeSpan.FromDays(days));

    /// <summary>Parses a duration. Returns false for any other text, and above 10,000 years.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Duration duration)
    {
        duration = default;
        if (text.IsEmpty)
            return false;
        var total = 0L;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(text[..digits], DigitStyle, CultureInfo.InvariantCulture, out var number))
                return false;
            text = text[digits..];
            var next = text.IndexOfAnyInRange('0', '9');
            var letters = next < 0 ? text.Length : next;
            if (!TryFindUnit(text[..letters], out var unit) || number > (MaxMilliseconds - total) / unit)
                return false;
            total += number * unit;
            text = text[letters..];
        }
        duration = new(TimeSpan.FromMilliseconds(total));
        return true;
    }

    /// <exception cref="FormatException">The text is not a duration.</exception>
    public static Duration Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"\"{text}\" is not a duration");

    /// <summary>
    /// Formats the duration in whole units: <c>90m</c> becomes <c>1h30m</c>, and 7 days become <c>7d</c>. Zero is
    /// <c>0s</c>.
    /// </summary>
    public override string ToString()
    {
        var remaining = (long)Value.TotalMilliseconds;
        if (remaining == 0)
            return "0s";
        var text = new StringBuilder();
        // Days are the largest unit, because people rarely write weeks.
        foreach (var (name, milliseconds) in _units.AsSpan(1))
        {
            if (remaining >= milliseconds)
                text.Append(CultureInfo.InvariantCulture, $"{remaining / milliseconds}{name}");
            remaining %= milliseconds;
        }
        return text.ToString();
    }

    public int CompareTo(Duration other) => Value.CompareTo(other.Value);

    public static bool operator <(Duration left, Duration right) => left.Value < right.Value;

    public static bool operator >(Duration left, Duration right) => left.Value > right.Value;

    public static bool operator <=(Duration left, Duration right) => left.Value <= right.Value;

    public static bool operator >=(Duration left, Duration right) => left.Value >= right.Value;

    const NumberStyles DigitStyle = NumberStyles.None;

    const long MaxMilliseconds = 3_652_500L * 86_400_000;

    static bool TryFindUnit(ReadOnlySpan<char> name, out long milliseconds)
    {
        foreach (var unit in _units)
            if (name.SequenceEqual(unit.Name))
            {
                milliseconds = unit.Milliseconds;
                return true;
            }
        milliseconds = 0;
        return false;
    }
}
