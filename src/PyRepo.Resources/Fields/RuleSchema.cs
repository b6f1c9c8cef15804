namespace PyRepo.Resources.Fields;

/// <summary>A rule's CEL and sentence; the field path is relative to the value that carries the rule.</summary>
public sealed record RuleSchema(string FieldPath, string Cel, string Message)
{
    /// <summary>The form of a text, where the rule is one.</summary>
    public string? Pattern { get; init; }

    /// <summary>The value that the sentence is about, in CEL; null where the sentence says all.</summary>
    public string? CelValue { get; init; }

    /// <summary>What the API server says instead of the value.</summary>
    public string? CelSubject { get; init; }
}
