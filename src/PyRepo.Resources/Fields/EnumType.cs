using System.Collections.Immutable;
using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Fields;

/// <summary>One of a few names, each of which stands for a value.</summary>
public sealed class EnumType<T>(params ImmutableArray<(string Name, T Value)> names) : StructFieldType<T>
    where T : struct, Enum
{
    /// <summary>Uses the names of the enum's values.</summary>
    public EnumType() : this([.. Enum.GetValues<T>().Select(value => (value.ToString(), value))])
    {
    }

    public override T Placeholder => names[0].Value;

    public override string? Format(T value) => names.First(name => name.Value.Equals(value)).Name;

    protected override Schema Describe() => new StringSchema(1, names.Max(name => name.Name.Length))
    {
        Enum = [.. names.Select(name => name.Name)],
    };

    protected override bool TryParse(Node node, FieldLocation location, out T value)
    {
        value = Placeholder;
        if (!ScalarText.TryRead(node, location, isConfidential: false, out var text))
            return false;
        foreach (var name in names)
            if (name.Name == text)
            {
                value = name.Value;
                return true;
            }
        location.Report(ScalarText.NotOneOf(text, [.. names.Select(name => name.Name)]));
        return false;
    }
}
