using System.Text.RegularExpressions;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Fields;

/// <summary>A field with a duration such as <c>30s</c>, <c>1h30m</c> or <c>7d</c>.</summary>
public sealed partial class DurationType : StructFieldType<Duration>
{
    const int MaxLength = 40;

    const string Message = "is not a duration such as 30s, 1h30m or 7d";

    public override string? Format(Duration value) => value.ToString();

    protected override Schema Describe() =>
        new StringSchema(2, MaxLength) { Pattern = Duration.Pattern, PatternMessage = Message };

    protected override bool TryParse(Node node, FieldLocation location, out Duration value)
    {
        value = default;
        if (node is not ScalarNode { ScalarKind: ScalarKind.Text or ScalarKind.Number } scalar)
        {
            location.Report($"is {node.Kind}, not a duration such as 30s, 1h30m or 7d");
            return false;
        }
        if (scalar.ScalarKind == ScalarKind.Text && scalar.Value.Length <= MaxLength
            && Whole().IsMatch(scalar.Value) && Duration.TryParse(scalar.Value, out value))
            return true;
        location.Report($"{Quote.Text(scalar.Value)} {Message}");
        return false;
    }

    [GeneratedRegex($@"^(?:{Duration.Pattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
