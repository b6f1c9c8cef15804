using System.Globalization;
using System.Numerics;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Fields;

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
