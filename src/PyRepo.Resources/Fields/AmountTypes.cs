using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Fields;

/// <summary>The types of fields with amounts.</summary>
static class AmountTypes
{
    public static readonly QuantityType Quantity = new();

    public static readonly QuantityType PositiveQuantity = new() { Rules = [AmountRules.PositiveQuantity] };

    public static readonly QuantityType VolumeSize = new() { Rules = [AmountRules.VolumeSize] };

    public static readonly DurationType Duration = new();

    public static readonly DurationType PositiveDuration = new() { Rules = [AmountRules.PositiveDuration] };

    /// <summary>At least one.</summary>
    public static readonly IntegerType<int> Count = new(1, 1_000_000);

    public static readonly BooleanType Boolean = new();
}

/// <summary>True or false.</summary>
public sealed class BooleanType : StructFieldType<bool>
{
    public override string? Format(bool value) => value ? "true" : "false";

    protected override Schema Describe() => new BooleanSchema();

    protected override bool TryParse(Node node, FieldLocation location, out bool value)
    {
        if (node is ScalarNode { ScalarKind: ScalarKind.Boolean } scalar)
        {
            value = ScalarKinds.IsTrue(scalar.Value);
            return true;
        }
        value = false;
        location.Report($"is {node.Kind}, not true or false");
        return false;
    }
}

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

/// <summary>An integer within inclusive bounds.</summary>
public sealed class IntegerType<T>(T minimum, T maximum) : StructFieldType<T> where T : struct, IBinaryInteger<T>
{
    public override T Placeholder => minimum;

    public override string? Format(T value) => value.ToString(null, CultureInfo.InvariantCulture);

    protected override Schema Describe() =>
        new IntegerSchema(long.CreateChecked(minimum), long.CreateChecked(maximum));

    protected override bool TryParse(Node node, FieldLocation location, out T value)
    {
        value = minimum;
        if (node is not ScalarNode { ScalarKind: ScalarKind.Number } scalar)
        {
            location.Report($"is {node.Kind}, not a number");
            return false;
        }
        if (!T.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            location.Report($"{Quote.Bare(scalar.Value)} is not a whole number");
            return false;
        }
        if (value >= minimum && value <= maximum)
            return true;
        location.Report($"{value} is not between {minimum} and {maximum}");
        return false;
    }
}

/// <summary>A Kubernetes quantity, written as a string or an integer.</summary>
public sealed class QuantityType : StructFieldType<Quantity>
{
    const string Message = "is not a quantity such as 10Gi, 500M or 1.5Gi";

    public override string? Format(Quantity value) => value.ToString();

    protected override Schema Describe() => new QuantitySchema(Quantity.Pattern, Quantity.MaxLength)
    {
        PatternMessage = Message,
    };

    protected override bool TryParse(Node node, FieldLocation location, out Quantity value)
    {
        value = default;
        if (node is not ScalarNode { ScalarKind: ScalarKind.Text or ScalarKind.Number } scalar)
        {
            location.Report($"is {node.Kind}, not a quantity such as 10Gi or 500M");
            return false;
        }
        if (scalar.ScalarKind == ScalarKind.Number && scalar.Value[0] != '-'
            && scalar.Value.AsSpan().ContainsAnyExcept(ScalarText.Digits))
        {
            location.Report(
                $"{Quote.Bare(scalar.Value)} is not a whole number: put it in quotes, or add a unit, such as 10Gi");
            return false;
        }
        if (Quantity.TryParse(scalar.Value, out value))
            return true;
        location.Report($"{Quote.Text(scalar.Value)} {Message}");
        return false;
    }
}
