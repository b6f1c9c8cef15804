using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;

namespace PyRepo.Resources.Hosted;

/// <summary>What a PythonRepository should be.</summary>
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

    /// <summary>Null keeps everything.</summary>
    public RetentionSpec? Retention { get; init; }

    public PythonRepositorySpec()
    {
    }

    PythonRepositorySpec(FieldReader fields) : base(fields)
    {
        Uploads = fields.Default("uploads", UploadsSpec.Type, Uploads, "What uploads may do.");
        Retention = fields.Optional("retention", RetentionSpec.Type, "Which releases are kept; left out, all.");
    }
}
