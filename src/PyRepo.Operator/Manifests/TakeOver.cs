using System.Text.RegularExpressions;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>The previous owner whose data a resource takes over (<see cref="Annotations.TakeOver"/>).</summary>
static partial class TakeOver
{
    /// <summary>Parses the previous owner, or returns null if the annotation names none or is invalid.</summary>
    public static ObjectKey? GetPreviousOwner(DeclaredResource resource) =>
        resource.Annotation(Annotations.TakeOver)?.Split('/') is [var ns, var name] && IsName(ns) && IsName(name)
            ? new ObjectKey(ns, name)
            : null;

    /// <summary>Why the annotation is invalid; null: it is valid, or there is none.</summary>
    public static Rejection? RejectPattern(DeclaredResource resource)
    {
        if (resource.Annotation(Annotations.TakeOver) is not { } text || GetPreviousOwner(resource) is not null)
            return null;
        return new Rejection(Reason.TakeOverRejected,
            $"The annotation {Annotations.TakeOver} says \"{text}\", which is not NAMESPACE/NAME. Write the "
            + "namespace and the name of the resource whose data are taken over, or remove the annotation.");
    }

    /// <summary>Why the data cannot be taken over; null: they can, or already were, or none are named.</summary>
    public static Rejection? Reject(DeclaredResource resource, ReconcileInputs inputs)
    {
        if (GetPreviousOwner(resource) is not { } previous || previous == resource.Source.Key)
            return null;
        // Whose data a bucket has only the servers know. One that has run decided already.
        if (resource.Stored?.Storage.Bucket is not null)
            return inputs is { PreviousOwnerExists: true, Deployment: null } ? IsInUse(resource, previous) : null;
        if (!WantsPersistentVolumeClaim(resource))
            return null;
        if (inputs.PersistentVolumeClaim is { } pvc
            && Ownership.GetDataOwner(pvc.Metadata) == ResourceKey.From(resource))
            return null;
        if (inputs.PreviousOwnerExists)
            return IsInUse(resource, previous);
        return inputs.PersistentVolumeClaim is not null
            ? null
            : new Rejection(Reason.TakeOverRejected,
                $"There is no claim {ChildNames.Data(previous.Name)} with data of the {resource.Kind} {previous} to "
                + $"take over. Correct the annotation {Annotations.TakeOver}, or remove it to start without data.");
    }

    /// <summary>
    /// Whether a resource that is there may use the data that another one takes over: it has another bucket, or not.
    /// </summary>
    public static bool MayUseDataOf(DeclaredResource resource, DeclaredResource previous) =>
        resource.Stored?.Storage.Bucket is not { } bucket
        || previous.Resource is null
        || (previous.Stored?.Storage.Bucket is { } other
            && (bucket.Provider, bucket.Prefix) == (other.Provider, other.Prefix)
            // Which bucket a claim has is not known here: it may be the other's.
            && (bucket.ClaimRef is not null || other.ClaimRef is not null
                || (bucket.Name == other.Name && BucketEndpoint.Get(resource) == BucketEndpoint.Get(previous))));

    static Rejection IsInUse(DeclaredResource resource, ObjectKey previous) => new(Reason.TakeOverRejected,
        $"The {resource.Kind} {previous} still exists and uses its data. Delete it first, with "
        + $"spec.storage.deletionPolicy: Retain, or remove the annotation {Annotations.TakeOver}.");

    static bool WantsPersistentVolumeClaim(DeclaredResource resource) =>
        resource.Stored?.Storage.EffectivePersistentVolumeClaim is { ExistingClaim: null };

    static bool IsName(string text) => text.Length <= 253 && Name().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9]([-.a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Name();
}
