using System.Collections.Immutable;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Fields;

/// <summary>A string of bounded length.</summary>
public sealed class StringType(int maxLength) : FieldType<string>
{
    /// <summary>Whether the string may be empty. See also <see cref="EmptyMeansOmitted"/>.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether an empty string counts as omitted, as in <c>image: ""</c>.</summary>
    public bool EmptyMeansOmitted { get; init; }

    /// <summary>Whether error messages hide the value.</summary>
    public bool IsConfidential { get; init; }

    /// <summary>The allowed values. Empty allows any.</summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    public override string Placeholder => "";

    public override string? Format(string value) => value;

    internal override bool MeansOmitted(string value) => EmptyMeansOmitted && value.Length == 0;

    int MinLength => MayBeEmpty || EmptyMeansOmitted ? 0 : 1;

    protected override Schema Describe() => new StringSchema(MinLength, maxLength) { Enum = Allowed };

    protected override RuleSchema Describe(Rule<string> rule) =>
        base.Describe(!EmptyMeansOmitted ? rule : rule with
        {
            Cel = $"self == '' || {rule.Cel}",
            Pattern = rule.Pattern is null ? null : $"({rule.Pattern})?",
        });

    protected override bool TryParse(Node node, FieldLocation location, out string value)
    {
        value = "";
        if (!ScalarText.TryRead(node, location, IsConfidential, out var text))
            return false;
        var problem = Allowed.Length > 0 && !Allowed.Contains(text) ? ScalarText.NotOneOf(text, Allowed)
            : text.Length < MinLength ? "is empty"
            : ScalarText.LengthOf(text) is var length && length > maxLength
                ? $"is {length} characters long; at most {maxLength} are allowed"
            : null;
        if (problem is not null)
            location.Report(problem);
        value = text;
        return problem is null;
    }
}
