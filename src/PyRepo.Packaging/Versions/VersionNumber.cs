namespace PyRepo.Packaging.Versions;

/// <summary>A number in a version. There is no size limit: numbers of up to 18 digits are stored as an integer, larger
/// ones as digits.</summary>
public readonly record struct VersionNumber : IComparable<VersionNumber>
{
    const int MaxSmallDigits = 18;

    readonly ulong _small;
    readonly string? _digits;

    VersionNumber(ulong small, string? digits) => (_small, _digits) = (small, digits);

    /// <summary>Whether it is 0.</summary>
    public bool IsZero => _small == 0 && _digits is null;

    /// <summary>Parses ASCII digits, with optional leading zeros.</summary>
    public static VersionNumber FromDigits(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxSmallDigits)
            text = text.TrimStart('0');
        if (text.Length > MaxSmallDigits)
            return new VersionNumber(0, text.ToString());
        var value = 0UL;
        foreach (var digit in text)
            value = value * 10 + (ulong)(digit - '0');
        return new VersionNumber(value, null);
    }

    public static implicit operator VersionNumber(int value) =>
        new(checked((ulong)value), null);

    /// <summary>Returns the value, or null if it has more than 18 digits.</summary>
    public long? ToInt64() => _digits is null ? (long)_small : null;

    public int CompareTo(VersionNumber other)
    {
        if (_digits is null || other._digits is null)
            return _digits is null && other._digits is null
                ? _small.CompareTo(other._small)
                : (_digits is not null).CompareTo(other._digits is not null);
        return _digits.Length != other._digits.Length
            ? _digits.Length.CompareTo(other._digits.Length)
            : string.CompareOrdinal(_digits, other._digits);
    }

    public static bool operator <(VersionNumber left, VersionNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(VersionNumber left, VersionNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(VersionNumber left, VersionNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(VersionNumber left, VersionNumber right) => left.CompareTo(right) >= 0;

    /// <summary>Formats the decimal digits without leading zeros.</summary>
    public override string ToString() => _digits ?? _small.ToString(null, null);
}
