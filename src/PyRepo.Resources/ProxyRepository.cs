using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Proxied;

namespace PyRepo.Resources;

/// <summary>A repository that serves and caches the packages of another index.</summary>
public sealed record ProxyRepository : Resource
{
    public const string KindName = "ProxyRepository";

    public static readonly ObjectType<ProxyRepository> Type = new(fields => new(fields));

    public override string Kind => KindName;

    public ProxyRepositorySpec Spec { get; init; } = new();

    public ProxyRepository()
    {
    }

    [SetsRequiredMembers]
    ProxyRepository(FieldReader fields) : base(fields) =>
        Spec = fields.Default("spec", ProxyRepositorySpec.Type, Spec, "The desired state of the proxy.");
}
