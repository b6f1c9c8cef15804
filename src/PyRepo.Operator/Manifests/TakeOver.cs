using System.Text.RegularExpressions;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>Whose data a resource says that it takes over (<see cref="Annotations.TakeOver"/>).</summary>
static partial class TakeOver
{
    const string Reason = "TakeOverRefused";

    /// <summary>The former resource; null: none is named, or nothing that could be one.</summary>
    public static ObjectKey? PreviousOwnerOf(DeclaredResource resource) =>
        resource.Annotation(Annotations.TakeOver)?.Split('/') is [var ns, var name] && IsName(ns) && IsName(name)
            ? new ObjectKey(ns, name)
            : null;

    /// <summary>Why the annotation can't be understood; null: it can, or there is none.</summary>
    public static Rejection? RejectPattern(DeclaredResource resource)
    {
        if (resource.Annotation(Annotations.TakeOver) is not { } text || PreviousOwnerOf(resource) is not null)
            return null;
        return new Rejection(Reason,
            $"The annotation {Annotations.TakeOver} says \"{text}\", which is not NAMESPACE/NAME. Write the "
            + "namespace and the name of the resource whose data are taken over, or remove the annotation.");
    }

    /// <summary>Why the data are not taken over; null: they are, or were already, or none are named.</summary>
    public static Rejection? Reject(DeclaredResource resource, ReconcileInputs inputs)
    {
        if (PreviousOwnerOf(resource) is not { } former || former == resource.Source.Key || !WantsPersistentVolumeClaim(resource))
            return null;
        if (inputs.PersistentVolumeClaim is { } persistentVolumeClaim && Ownership.DataOwnerOf(persistentVolumeClaim.Metadata) == ResourceKey.Of(resource))
            return null;
        if (inputs.PreviousOwnerExists)
        {
            return new Rejection(Reason,
                $"The {resource.Kind} {former} is there and uses its data. Delete it first, with "
                + $"spec.storage.deletionPolicy: Retain, or remove the annotation {Annotations.TakeOver}.");
        }
        return inputs.PersistentVolumeClaim is not null
            ? null
            : new Rejection(Reason,
                $"There is no claim {ChildNames.Data(former.Name)} with data of the {resource.Kind} {former} to take "
                + $"over. Correct the annotation {Annotations.TakeOver}, or remove it to begin without data.");
    }

    static bool WantsPersistentVolumeClaim(DeclaredResource resource) =>
        resource.Stored?.Storage.EffectivePersistentVolumeClaim is { ExistingClaim: null };

    static bool IsName(string text) => text.Length <= 253 && Name().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9]([-.a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Name();
}
