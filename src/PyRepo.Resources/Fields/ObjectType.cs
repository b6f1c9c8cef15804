using System.Collections.Immutable;
using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Fields;

/// <summary>An object with the fields that its constructor declares.</summary>
public sealed class ObjectType<T>(Func<FieldReader, T> construct) : FieldType<T> where T : class
{
    /// <summary>
    /// The presence of the object has a meaning (<c>ephemeral: {}</c>). A null is rejected, because it would mean the
    /// opposite of what it looks like.
    /// </summary>
    public bool IsMarker { get; init; }

    internal override bool RejectsNull => IsMarker;

    public override T Placeholder => construct(new SchemaFieldReader());

    protected override Schema Describe()
    {
        var fields = new SchemaFieldReader();
        construct(fields);
        return new ObjectSchema(fields.Fields);
    }

    protected override bool TryParse(Node node, FieldLocation location, out T value)
    {
        if (node is not MappingNode map)
        {
            location.Report($"is {node.Kind}, not a map of fields");
            value = Placeholder;
            return false;
        }
        var fields = new NodeFieldReader(map, location);
        value = construct(fields);
        fields.ReportUnknown();
        return true;
    }
}

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

/// <summary>
/// Collects the fields that an object's constructor declares. The constructor gets defaults and placeholders.
/// </summary>
sealed class SchemaFieldReader : FieldReader
{
    readonly ImmutableArray<FieldSchema>.Builder _fields = ImmutableArray.CreateBuilder<FieldSchema>();

    public ImmutableArray<FieldSchema> Fields => _fields.ToImmutable();

    public override T Required<T>(string name, FieldType<T> type, string doc)
    {
        _fields.Add(new(name, type.Schema, Required: true, Default: null, doc));
        return type.Placeholder;
    }

    public override T Default<T>(string name, FieldType<T> type, T value, string doc)
    {
        _fields.Add(new(name, type.Schema, Required: false, type.Format(value), doc));
        return value;
    }

    public override T? Optional<T>(string name, FieldType<T> type, string doc) where T : class
    {
        _fields.Add(new(name, type.Schema, Required: false, Default: null, doc));
        return null;
    }

    public override T? Optional<T>(string name, StructFieldType<T> type, string doc)
    {
        _fields.Add(new(name, type.Schema, Required: false, Default: null, doc));
        return null;
    }

    public override void Ignore(params ReadOnlySpan<string> names)
    {
    }
}
