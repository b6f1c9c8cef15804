using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PyRepo.Kubernetes.Objects.Crds;

/// <summary>
/// The allowed values: the part of OpenAPI's schemas that a structural schema needs (Kubernetes documentation,
/// "Specifying a structural schema").
/// </summary>
public sealed record StructuralSchema
{
    public string? Description { get; init; }

    /// <summary>object, array, string, integer or boolean; null with <see cref="IsIntOrString"/>.</summary>
    public string? Type { get; init; }

    /// <summary>date-time or another format that the API checks.</summary>
    public string? Format { get; init; }

    /// <summary>The value that is stored if none is written.</summary>
    public JsonNode? Default { get; init; }

    public IReadOnlyList<string>? Enum { get; init; }

    /// <summary>A regular expression (RE2) that is found somewhere in the text.</summary>
    public string? Pattern { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public int? MinProperties { get; init; }

    public int? MaxProperties { get; init; }

    public IReadOnlyList<string>? Required { get; init; }

    /// <summary>The fields of an object; their order is kept.</summary>
    public IReadOnlyDictionary<string, StructuralSchema>? Properties { get; init; }

    /// <summary>The values of a map.</summary>
    public StructuralSchema? AdditionalProperties { get; init; }

    public StructuralSchema? Items { get; init; }

    /// <summary>A number or a text, as quantities are.</summary>
    [JsonPropertyName("x-kubernetes-int-or-string")]
    public bool? IsIntOrString { get; init; }

    /// <summary>atomic or map: whether a list has one owner, or each of its items.</summary>
    [JsonPropertyName("x-kubernetes-list-type")]
    public string? ListType { get; init; }

    /// <summary>The fields that identify an item in a list of the type map.</summary>
    [JsonPropertyName("x-kubernetes-list-map-keys")]
    public IReadOnlyList<string>? ListMapKeys { get; init; }

    [JsonPropertyName("x-kubernetes-validations")]
    public IReadOnlyList<ValidationRule>? Validations { get; init; }
}

/// <summary>A rule in CEL; one that names <c>oldSelf</c> is a transition rule, judged on updates.</summary>
public sealed record ValidationRule
{
    /// <summary>True for what is allowed; <c>self</c> is the value that carries the rule.</summary>
    public required string Rule { get; init; }

    /// <summary>The message; null: only the next property has one.</summary>
    public string? Message { get; init; }

    /// <summary>The message in CEL, where it needs a value; <see cref="Message"/> stands in where it fails.</summary>
    public string? MessageExpression { get; init; }

    /// <summary>
    /// The field that the error names, from the value that carries the rule: <c>.server.replicas</c>.
    /// </summary>
    public string? FieldPath { get; init; }
}
