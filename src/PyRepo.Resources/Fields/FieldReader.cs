namespace PyRepo.Resources.Fields;

/// <summary>
/// The fields of one object, declared by the constructor that reads them: each call names a field, its type and its
/// sentence once. Run over a node the calls read; run over nothing they describe.
/// </summary>
public abstract class FieldReader
{
    /// <summary>A field that must be written.</summary>
    public abstract T Required<T>(string name, FieldType<T> type, string doc);

    /// <summary>A field that has a constant value where it is not written.</summary>
    public abstract T Default<T>(string name, FieldType<T> type, T value, string doc);

    /// <summary>A field that may be left out.</summary>
    public abstract T? Optional<T>(string name, FieldType<T> type, string doc) where T : class;

    /// <summary>A field that may be left out.</summary>
    public abstract T? Optional<T>(string name, StructFieldType<T> type, string doc) where T : struct;

    /// <summary>Fields that others write and nobody here reads (<c>metadata.managedFields</c>).</summary>
    public abstract void Ignore(params ReadOnlySpan<string> names);
}
