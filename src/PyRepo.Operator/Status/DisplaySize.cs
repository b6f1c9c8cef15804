using System.Globalization;

namespace PyRepo.Operator.Status;

/// <summary>A size for people, as a quantity: the largest unit in which it is at least 10, rounded.</summary>
static class DisplaySize
{
    static readonly string[] _units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];

    public static string Of(long bytes)
    {
        var (amount, unit) = ((double)bytes, 0);
        while (amount >= 10 * 1024 && unit < _units.Length - 1)
            (amount, unit) = (amount / 1024, unit + 1);
        return Math.Round(amount).ToString(CultureInfo.InvariantCulture) + _units[unit];
    }
}
