using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.References;

/// <summary>
/// A reference to a key of a ConfigMap in the resource's namespace. Its text may appear in logs and pages, so that it
/// never is a Secret's.
/// </summary>
public sealed record ConfigMapReference
{
    public static readonly ObjectType<ConfigMapReference> Type = new(fields => new(fields, null));

    public required string Name { get; init; }
    public required string Key { get; init; }

    public ConfigMapReference()
    {
    }

    [SetsRequiredMembers]
    ConfigMapReference(FieldReader fields, string? defaultKey)
    {
        fields.Default("kind", new EnumType<ConfigMapKind>(), ConfigMapKind.ConfigMap, "The object's kind: ConfigMap.");
        Name = fields.Required("name", NameTypes.Object, "The object's name in the resource's namespace.");
        Key = defaultKey is null
            ? fields.Required("key", NameTypes.DataKey, "The key with the text.")
            : fields.Default("key", NameTypes.DataKey, defaultKey, "The key with the text.");
    }

    /// <summary>Returns the type of references that need no key.</summary>
    /// <param name="defaultKey">The key of those that name none.</param>
    public static ObjectType<ConfigMapReference> WithKey(string defaultKey) => new(fields => new(fields, defaultKey));
}

/// <summary>The kind of object that a reference to public text names.</summary>
public enum ConfigMapKind
{
    ConfigMap,
}
