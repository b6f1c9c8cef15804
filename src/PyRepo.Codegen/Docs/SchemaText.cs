using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Codegen.Docs;

/// <summary>Describes values in words.</summary>
static class SchemaText
{
    /// <summary>The words for a value.</summary>
    public static string From(Schema schema) => schema switch
    {
        StringSchema { Enum.IsEmpty: false } text => string.Join(", ", text.Enum.Select(word => $"`{word}`")),
        StringSchema { Pattern: TimestampType.Pattern } => "time (RFC 3339)",
        StringSchema { Pattern: Duration.Pattern } => "duration, as `1h30m` or `7d`",
        StringSchema text => $"text, at most {text.MaxLength} characters",
        IntegerSchema { Maximum: > int.MaxValue } => "whole number",
        IntegerSchema number => $"whole number, {number.Minimum} to {number.Maximum}",
        BooleanSchema => "`true` or `false`",
        QuantitySchema => "quantity, as `10Gi`",
        ListSchema list => $"list, {list.MinItems} to {list.MaxItems} items" + OfItems(list.Items),
        MapSchema map => $"map, {map.MinEntries} to {map.MaxEntries} entries" + OfItems(map.Values),
        _ => "object",
    };

    static string OfItems(Schema items) => items is ObjectSchema ? "" : $": {From(items)}";
}
