using System.Collections.Immutable;

namespace PyRepo.Resources.Fields;

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
