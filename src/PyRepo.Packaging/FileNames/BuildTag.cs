using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.FileNames;

/// <summary>A wheel's build tag: a number and a suffix
/// (<see href="https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention">binary
/// distribution format</see>). It distinguishes builds of the same version.</summary>
public readonly record struct BuildTag(VersionNumber Number, string Suffix) : IComparable<BuildTag>
{
    /// <summary>Parses a build tag, which begins with an ASCII digit.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BuildTag build)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        build = default;
        if (digits == 0)
            return false;
        build = new BuildTag(VersionNumber.FromDigits(text[..digits]), text[digits..].ToString());
        return true;
    }

    public int CompareTo(BuildTag other)
    {
        var order = Number.CompareTo(other.Number);
        return order != 0 ? order : string.CompareOrdinal(Suffix, other.Suffix);
    }

    public static bool operator <(BuildTag left, BuildTag right) => left.CompareTo(right) < 0;

    public static bool operator >(BuildTag left, BuildTag right) => left.CompareTo(right) > 0;

    public static bool operator <=(BuildTag left, BuildTag right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BuildTag left, BuildTag right) => left.CompareTo(right) >= 0;

    /// <summary>Formats the number, without leading zeros, and the suffix.</summary>
    public override string ToString() => $"{Number}{Suffix}";
}
