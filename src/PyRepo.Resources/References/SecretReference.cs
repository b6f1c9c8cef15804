using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.References;

/// <summary>A reference to a Secret in the resource's namespace.</summary>
public sealed record SecretReference
{
    public static readonly ObjectType<SecretReference> Type = new(fields => new(fields));

    public required string Name { get; init; }

    public SecretReference()
    {
    }

    [SetsRequiredMembers]
    SecretReference(FieldReader fields) =>
        Name = fields.Required("name", NameTypes.Object, "The name of a Secret in the resource's namespace.");
}
