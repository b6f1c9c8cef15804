using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace PyRepo.Resources.Values;

/// <summary>
/// A Kubernetes
/// <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">quantity</see>: a
/// number with a binary (<c>Ki Mi Gi Ti Pi Ei</c>) or decimal (<c>n u m k M G T P E</c>) suffix, or an exponent
/// (<c>1e6</c>). It is never negative, at most 2^63-1, and exact to a billionth; smaller fractions are rounded up.
/// Equal amounts are equal, however they are written.
/// </summary>
public readonly partial record struct Quantity : IComparable<Quantity>
{
    /// <summary>The pattern of a quantity, which works in RE2 and .NET alike and must match the whole string.</summary>
    public const string Pattern =
        "[+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+|[KMGTPE]i|[numkMGTPE]?)";

    /// <summary>The maximum length of the text.</summary>
    public const int MaxLength = 64;

    static readonly string[] _binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    static readonly string[] _decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    static readonly Int128 _one = 1_000_000_000;

    readonly Int128 _billionths;
    readonly QuantityFormat _format;

    Quantity(Int128 billionths, QuantityFormat format) => (_billionths, _format) = (billionths, format);

    /// <summary>The amount as an integer, rounded up: bytes for a size, cores for a CPU.</summary>
    public long Bytes => (long)((_billionths + _one - 1) / _one);

    /// <summary>Creates a quantity of whole bytes that is written with a binary suffix.</summary>
    public static Quantity FromBytes(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new(bytes * _one, QuantityFormat.Binary);
    }

    /// <exception cref="FormatException">The text is not a quantity.</exception>
    public static Quantity Parse(string text) =>
        TryParse(text, out var quantity) ? quantity : throw new FormatException($"\"{text}\" is not a quantity");

    /// <summary>Parses a quantity. Returns false for any other text, and for a negative quantity.</summary>
    public static bool TryParse(string text, out Quantity quantity)
    {
        quantity = default;
        if (text.Length > MaxLength || Format().Match(text) is not { Success: true } match)
            return false;
        var number = match.Groups[1].ValueSpan;
        var unit = match.Groups[3].Value;
        if (unit.Length > 1 && unit[0] is 'e' or 'E' && unit != "Ei")
        {
            if (!int.TryParse(unit.AsSpan(1), CultureInfo.InvariantCulture, out var power))
                return false;
            quantity = Scale(number, power, 1, QuantityFormat.Exponent);
        }
        else if (Array.IndexOf(_binarySuffixes, unit) is > 0 and var binary)
            quantity = Scale(number, 0, (Int128)1 << (10 * binary), QuantityFormat.Binary);
        else
            quantity = Scale(number, 3 * (Array.IndexOf(_decimalSuffixes, unit) - 3), 1, QuantityFormat.Decimal);
        return true;
    }

    /// <summary>
    /// Formats the canonical form: no fraction, and the largest possible suffix. 1.5Gi becomes 1536Mi.
    /// </summary>
    public override string ToString()
    {
        if (_billionths == 0)
            return "0";
        if (_format == QuantityFormat.Binary && _billionths % _one == 0 && _billionths >= 1024 * _one)
            return Shortest(_billionths / _one, 1024, _binarySuffixes);
        if (_format != QuantityFormat.Exponent)
            return Shortest(_billionths, 1000, _decimalSuffixes);
        var (mantissa, power) = (_billionths, -9);
        for (; mantissa % 1000 == 0; power += 3)
            mantissa /= 1000;
        return power == 0 ? mantissa.ToString(CultureInfo.InvariantCulture) : $"{mantissa}e{power}";
    }

    public bool Equals(Quantity other) => _billionths == other._billionths;

    public override int GetHashCode() => _billionths.GetHashCode();

    public int CompareTo(Quantity other) => _billionths.CompareTo(other._billionths);

    public static bool operator <(Quantity left, Quantity right) => left._billionths < right._billionths;

    public static bool operator >(Quantity left, Quantity right) => left._billionths > right._billionths;

    public static bool operator <=(Quantity left, Quantity right) => left._billionths <= right._billionths;

    public static bool operator >=(Quantity left, Quantity right) => left._billionths >= right._billionths;

    static string Shortest(Int128 amount, int step, string[] suffixes)
    {
        var index = 0;
        for (; amount % step == 0 && index < suffixes.Length - 1; index++)
            amount /= step;
        return amount.ToString(CultureInfo.InvariantCulture) + suffixes[index];
    }

    /// <summary>number × 10^power × factor, in billionths, rounded up and capped.</summary>
    static Quantity Scale(ReadOnlySpan<char> number, int power, Int128 factor, QuantityFormat format)
    {
        var point = number.IndexOf('.');
        var decimals = point < 0 ? 0 : number.Length - point - 1;
        var digits = BigInteger.Parse(
            point < 0 ? number : string.Concat(number[..point], number[(point + 1)..]),
            NumberStyles.None, CultureInfo.InvariantCulture) * (BigInteger)factor;
        // A larger exponent always results in zero or the maximum.
        var shift = Math.Clamp((long)power - decimals + 9, -200, 200);
        var scale = BigInteger.Pow(10, (int)Math.Abs(shift));
        var billionths = shift >= 0 ? digits * scale : (digits + scale - 1) / scale;
        return new((Int128)BigInteger.Min(billionths, (BigInteger)(long.MaxValue * _one)), format);
    }

    [GeneratedRegex($@"^(?:{Pattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Format();
}

/// <summary>How a quantity was written, and is written again.</summary>
enum QuantityFormat : byte
{
    Decimal,
    Binary,
    Exponent,
}
