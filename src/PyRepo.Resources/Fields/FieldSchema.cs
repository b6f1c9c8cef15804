namespace PyRepo.Resources.Fields;

/// <summary>
/// A field of an object: its name, schema, default (null if it has none) and description.
/// </summary>
public sealed record FieldSchema(string Name, Schema Schema, bool Required, string? Default, string Doc);
