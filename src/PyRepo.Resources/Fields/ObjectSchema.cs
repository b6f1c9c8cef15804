using System.Collections.Immutable;

namespace PyRepo.Resources.Fields;

/// <summary>An object with named fields.</summary>
public sealed record ObjectSchema(ImmutableArray<FieldSchema> Fields) : Schema
{
    internal override Schema InList(long items) => this with
    {
        Fields = [.. Fields.Select(field => field with { Schema = field.Schema.InList(items) })],
    };
}
