using PyRepo.Resources.Fields;
using PyRepo.Resources.Serving;

namespace PyRepo.Resources.Storage;

/// <summary>What the kinds with data of their own have in common.</summary>
public abstract record StoredSpec : ServedSpec
{
    public StorageSpec Storage { get; init; } = new();

    protected StoredSpec()
    {
    }

    protected StoredSpec(FieldReader fields)
        : base(fields, "Who may do what. Left out, anyone reads, and the user publisher, whose generated password is "
            + "in the Secret NAME-credentials, is Maintainer.")
    {
        ArgumentNullException.ThrowIfNull(fields);
        Storage = fields.Default("storage", StorageSpec.Type, Storage,
            "Where the data lie; left out, on a persistent volume of 10Gi.");
    }
}
