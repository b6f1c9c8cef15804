namespace PyRepo.Resources.Fields;

/// <summary>
/// Reads the fields of one object. The object's constructor declares each field once, with its name, type and
/// description. One implementation reads the fields from a document; another collects their schema.
/// </summary>
public abstract class FieldReader
{
    /// <summary>Reads a required field.</summary>
    public abstract T Required<T>(string name, FieldType<T> type, string doc);

    /// <summary>Reads a field that has a default.</summary>
    public abstract T Default<T>(string name, FieldType<T> type, T value, string doc);

    /// <summary>Reads an optional field; null if it is omitted.</summary>
    public abstract T? Optional<T>(string name, FieldType<T> type, string doc) where T : class;

    /// <summary>Reads an optional field; null if it is omitted.</summary>
    public abstract T? Optional<T>(string name, StructFieldType<T> type, string doc) where T : struct;

    /// <summary>Accepts fields that are never read here, such as <c>metadata.managedFields</c>.</summary>
    public abstract void Ignore(params ReadOnlySpan<string> names);
}
