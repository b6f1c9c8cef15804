using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Fields;

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
