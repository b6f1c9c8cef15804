using System.Collections.Immutable;

namespace PyRepo.Resources.Fields;

/// <summary>
/// What a field may contain, in terms of a CRD's OpenAPI schema. The CRDs (and with them <c>kubectl explain</c>) and
/// the field reference are generated from it. A <see cref="FieldType{T}"/> reads by the same rules.
/// </summary>
public abstract record Schema
{
    /// <summary>The validation rules of this value.</summary>
    public ImmutableArray<RuleSchema> Rules { get; init; } = [];

    /// <summary>The validation rules for updates of this value.</summary>
    public ImmutableArray<RuleSchema> Transitions { get; init; } = [];

    /// <summary>
    /// This schema as used for each of <paramref name="items"/> items of a list. If CEL would be too expensive for the
    /// API server, plain patterns replace the rules.
    /// </summary>
    internal virtual Schema InList(long items) => this;
}
