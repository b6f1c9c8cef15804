using System.Globalization;
using System.Text.RegularExpressions;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Fields;

/// <summary>A point in time with an offset (<see href="https://www.rfc-editor.org/rfc/rfc3339#section-5.6">RFC
/// 3339</see>).</summary>
public sealed partial class TimestampType : StructFieldType<DateTimeOffset>
{
    const int MaxLength = 40;

    /// <summary>The pattern of a time in a field. The range of years leaves room for any offset.</summary>
    public const string Pattern =
        "(" + YearPattern + "-" + DayPattern + "|" + LeapYearPattern + "-02-29)[Tt]" + ClockPattern
        + "([Zz]|" + OffsetPattern + ")";

    const string YearPattern = "[1-8][0-9]{3}";
    const string LeapYearPattern =
        "([1-8][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[1357][26])00)";
    const string DayPattern =
        "((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)";
    const string ClockPattern = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?";
    const string OffsetPattern = "[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)";
    const string Message = "is not an RFC 3339 time such as 2026-01-01T00:00:00Z";

    public override string? Format(DateTimeOffset value) => value.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Does not set the format date-time, which would hide the string from CEL.</summary>
    protected override Schema Describe() =>
        new StringSchema(20, MaxLength) { Pattern = Pattern, PatternMessage = Message };

    protected override bool TryParse(Node node, FieldLocation location, out DateTimeOffset value)
    {
        value = default;
        if (!ScalarText.TryRead(node, location, isConfidential: false, out var text))
            return false;
        if (text.Length <= MaxLength && Whole().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out value))
            return true;
        location.Report($"{Quote.Text(text)} {Message}");
        return false;
    }

    [GeneratedRegex($@"^(?:{Pattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
