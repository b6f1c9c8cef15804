using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Serving;

/// <summary>Names a Gateway, which says itself from which namespaces it takes routes.</summary>
public sealed record GatewayReference
{
    public static readonly ObjectType<GatewayReference> Type = new(fields => new(fields));

    /// <summary>Null means the resource's namespace.</summary>
    public string? Namespace { get; init; }

    public required string Name { get; init; }
    public string? SectionName { get; init; }

    public GatewayReference()
    {
    }

    [SetsRequiredMembers]
    GatewayReference(FieldReader fields)
    {
        Namespace = fields.Optional("namespace", NameTypes.Namespace,
            "The Gateway's namespace; left out, the resource's.");
        Name = fields.Required("name", NameTypes.Object, "The Gateway's name.");
        SectionName = fields.Optional("sectionName", NameTypes.Object, "One listener of the Gateway; left out, all.");
    }
}
