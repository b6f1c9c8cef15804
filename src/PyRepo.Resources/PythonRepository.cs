using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Hosted;

namespace PyRepo.Resources;

/// <summary>A repository of uploaded packages.</summary>
public sealed record PythonRepository : Resource
{
    public const string KindName = "PythonRepository";

    public static readonly ObjectType<PythonRepository> Type = new(fields => new(fields));

    public override string Kind => KindName;

    public PythonRepositorySpec Spec { get; init; } = new();

    public PythonRepository()
    {
    }

    [SetsRequiredMembers]
    PythonRepository(FieldReader fields) : base(fields) =>
        Spec = fields.Default("spec", PythonRepositorySpec.Type, Spec, "The desired state of the repository.");
}
