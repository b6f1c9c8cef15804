namespace PyRepo.Resources.Fields;

/// <summary>
/// A field of an object: its name, what it holds, its default where it has a constant one, and its sentence.
/// </summary>
public sealed record FieldSchema(string Name, Schema Schema, bool Required, string? Default, string Doc);
