using System.Collections.Immutable;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>A string of bounded length.</summary>
public sealed class TextType(int maxLength) : FieldType<string>
{
    /// <summary>At least one character, unless <see cref="MayBeEmpty"/> or <see cref="EmptyIsUnset"/>.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>The empty string says the same as leaving the field out: <c>image: ""</c>.</summary>
    public bool EmptyIsUnset { get; init; }

    /// <summary>Error sentences never show the value.</summary>
    public bool IsConfidential { get; init; }

    /// <summary>The only values allowed; empty for any.</summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    public override string Placeholder => "";

    public override string? Write(string value) => value;

    internal override bool IsUnset(string value) => EmptyIsUnset && value.Length == 0;

    int MinLength => MayBeEmpty || EmptyIsUnset ? 0 : 1;

    protected override Schema Describe() => new TextSchema(MinLength, maxLength) { Enum = Allowed };

    protected override RuleSchema Describe(Rule<string> rule) =>
        base.Describe(!EmptyIsUnset ? rule : rule with
        {
            Cel = $"self == '' || {rule.Cel}",
            Pattern = rule.Pattern is null ? null : $"({rule.Pattern})?",
        });

    protected override bool TryParse(Node node, FieldLocation place, out string value)
    {
        value = "";
        if (!ScalarText.TryRead(node, place, IsConfidential, out var text))
            return false;
        var problem = Allowed.Length > 0 && !Allowed.Contains(text) ? ScalarText.NotOneOf(text, Allowed)
            : text.Length < MinLength ? "is empty"
            : text.Length > maxLength ? $"is {text.Length} characters long; at most {maxLength} are allowed"
            : null;
        if (problem is not null)
            place.Report(problem);
        value = text;
        return problem is null;
    }
}
