using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.References;

/// <summary>A reference to a key of a ConfigMap or Secret in the resource's namespace.</summary>
public sealed record DataReference
{
    public static readonly ObjectType<DataReference> Type = new(fields => new(fields));

    public DataKind Kind { get; init; } = DataKind.ConfigMap;
    public required string Name { get; init; }
    public required string Key { get; init; }

    public DataReference()
    {
    }

    [SetsRequiredMembers]
    DataReference(FieldReader fields)
    {
        Kind = fields.Default("kind", new EnumType<DataKind>(), Kind, "The object's kind: ConfigMap or Secret.");
        Name = fields.Required("name", NameTypes.Object, "The object's name in the resource's namespace.");
        Key = fields.Required("key", NameTypes.DataKey, "The key with the text.");
    }
}

/// <summary>The kinds of objects with data for a resource.</summary>
public enum DataKind
{
    ConfigMap,
    Secret,
}
