using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Serving;

/// <summary>A reference to a Gateway. The Gateway defines the namespaces from which it accepts routes.</summary>
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
            "The Gateway's namespace. If omitted, the resource's namespace.");
        Name = fields.Required("name", NameTypes.Object, "The Gateway's name.");
        SectionName = fields.Optional("sectionName", NameTypes.Object, "The listener of the Gateway to attach to. If "
        + "omitted, all listeners.");
    }
}
