namespace PyRepo.Packaging.Versions;

/// <summary>A whole number of a version, of any size (PEP 440 sets no limit): small ones are a machine word, larger
/// ones keep their digits.</summary>
public readonly record struct VersionNumber : IComparable<VersionNumber>
{
    const int MaxSmallDigits = 18;

    readonly ulong _small;
    readonly string? _digits;

    VersionNumber(ulong small, string? digits) => (_small, _digits) = (small, digits);

    /// <summary>Whether it is 0.</summary>
    public bool IsZero => _small == 0 && _digits is null;

    /// <summary>The number of some ASCII digits, leading zeros allowed.</summary>
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

    /// <summary>The value, or null where it has more than 18 digits.</summary>
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

    /// <summary>Decimal digits without leading zeros.</summary>
    public override string ToString() => _digits ?? _small.ToString(null, null);
}
