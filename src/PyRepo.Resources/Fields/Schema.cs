using System.Collections.Immutable;

namespace PyRepo.Resources.Fields;

/// <summary>
/// What a field may hold, in the terms of a CRD's OpenAPI schema. A CRD, the field reference and <c>kubectl
/// explain</c> are generated from it; <see cref="FieldType{T}"/> reads by the same facts.
/// </summary>
public abstract record Schema
{
    /// <summary>The rules of this value, as a CRD states them.</summary>
    public ImmutableArray<RuleSchema> Rules { get; init; } = [];

    /// <summary>The rules about what an update may change.</summary>
    public ImmutableArray<RuleSchema> Transitions { get; init; } = [];

    /// <summary>
    /// This schema as it stands in a list of so many items: the forms of texts are patterns there, where an API server
    /// would find their CEL too costly.
    /// </summary>
    internal virtual Schema InList(long items) => this;
}
