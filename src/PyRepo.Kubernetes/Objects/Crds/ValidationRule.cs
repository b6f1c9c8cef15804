namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>A rule in CEL; one that names <c>oldSelf</c> is a transition rule, judged on updates.</summary>
public sealed record ValidationRule
{
    /// <summary>True for what is allowed; <c>self</c> is the value that carries the rule.</summary>
    public required string Rule { get; init; }

    public required string Message { get; init; }

    /// <summary>The message in CEL, where it needs a value; <see cref="Message"/> stands in where it fails.</summary>
    public string? MessageExpression { get; init; }

    /// <summary>
    /// The field that the error names, from the value that carries the rule: <c>.server.replicas</c>.
    /// </summary>
    public string? FieldPath { get; init; }
}
