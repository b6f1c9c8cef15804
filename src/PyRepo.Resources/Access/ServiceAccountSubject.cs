using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Access;

/// <summary>A ServiceAccount of the cluster.</summary>
public sealed record ServiceAccountSubject
{
    public static readonly ObjectType<ServiceAccountSubject> Type = new(fields => new(fields));

    /// <summary>Null means the resource's namespace.</summary>
    public string? Namespace { get; init; }

    public required string Name { get; init; }

    public ServiceAccountSubject()
    {
    }

    [SetsRequiredMembers]
    ServiceAccountSubject(FieldReader fields)
    {
        Namespace = fields.Optional("namespace", NameTypes.Namespace,
            "The ServiceAccount's namespace. If omitted, the resource's namespace.");
        Name = fields.Required("name", NameTypes.Object, "The ServiceAccount's name.");
    }
}
