namespace PyRepo.Resources.Fields;

/// <summary>A validation rule (<c>x-kubernetes-validations</c>): its CEL expression and message. The field path is
/// relative to the value that has the rule.</summary>
public sealed record RuleSchema(string FieldPath, string Cel, string Message)
{
    /// <summary>The pattern, if the rule matches a string against one.</summary>
    public string? Pattern { get; init; }

    /// <summary>A CEL expression for the value that the message starts with, or null if the message needs
    /// none.</summary>
    public string? CelValue { get; init; }

    /// <summary>The text that replaces the value in the API server's message.</summary>
    public string? CelSubject { get; init; }
}
