using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;

namespace PyRepo.Resources.Hosted;

/// <summary>The desired state of a PythonRepository.</summary>
public sealed record PythonRepositorySpec : StoredSpec
{
    public static readonly ObjectType<PythonRepositorySpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            ServingRules.IngressOrGateway<PythonRepositorySpec>(),
            StorageRules.ReplicasNeedBucket<PythonRepositorySpec>(),
        ],
        Transitions = StorageTransitions.All<PythonRepositorySpec>(),
    };

    public UploadsSpec Uploads { get; init; } = new();

    /// <summary>Null keeps all releases.</summary>
    public RetentionSpec? Retention { get; init; }

    public PythonRepositorySpec()
    {
    }

    PythonRepositorySpec(FieldReader fields) : base(fields)
    {
        Uploads = fields.Default("uploads", UploadsSpec.Type, Uploads, "The rules for uploads.");
        Retention = fields.Optional("retention", RetentionSpec.Type, "Which releases are kept. If omitted, all of "
        + "them.");
    }
}
