using System.Collections.Immutable;
using PyRepo.Operator.Settings;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The reasons to reject a resource as a whole. As long as there is one, its children stay as they are.
/// </summary>
public static class Rejections
{
    /// <summary>The first one; null: there is none.</summary>
    public static Rejection? First(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(settings);
        return InvalidSpec(resource)
            ?? NameTaken(resource, inputs)
            ?? ImageNotAllowed(resource, settings)
            ?? PodLabelNotAllowed(resource, settings)
            ?? PodAnnotationNotAllowed(resource, settings)
            ?? ServiceAccountAnnotationNotAllowed(resource, settings)
            ?? TakeOver.RejectPattern(resource)
            ?? PersistentVolumeClaimRejections.First(resource, inputs, settings)
            ?? BucketEndpoint.Reject(resource, inputs)
            ?? TakeOver.Reject(resource, inputs)
            ?? ForeignSecret(inputs);
    }

    static Rejection? InvalidSpec(DeclaredResource resource) => resource.Spec is not null
        ? null
        : new Rejection(Reason.InvalidSpec, string.Join("; ", resource.Problems.Select(
            p => p.FieldPath.Length == 0 ? p.Message : $"{p.FieldPath}: {p.Message}")));

    /// <summary>
    /// The oldest resource has the name; of those of the same second, the one that already has children.
    /// </summary>
    static Rejection? NameTaken(DeclaredResource resource, ReconcileInputs inputs)
    {
        var first = inputs.NameConflicts.Append(resource)
            .MinBy(r => (CreatedAt(r), r.Uid != inputs.NameOwner, r.Kind))!;
        if (first.Kind == resource.Kind)
            return null;
        var why = CreatedAt(first) == CreatedAt(resource) ? "was created in the same second" : "is older";
        return new Rejection(Reason.NameTaken,
            $"The {first.Kind} {resource.Name} of this namespace {why} and has the name. Choose another name, or "
            + "delete that one.");
    }

    internal static DateTimeOffset CreatedAt(DeclaredResource resource) =>
        resource.Source.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue;

    static Rejection? ImageNotAllowed(DeclaredResource resource, OperatorSettings settings) =>
        resource.Spec!.Server.Image is not { } image || settings.ImagePatterns.Any(pattern => pattern.Allows(image))
            ? null
            : new Rejection(Reason.ImageNotAllowed,
                $"spec.server.image: {image} is not among the images that the administrator allows "
                + $"({string.Join(", ", settings.ImagePatterns)}).");

    static Rejection? PodLabelNotAllowed(DeclaredResource resource, OperatorSettings settings) =>
        NotAllowed("podLabels", resource.Spec!.Server.PodLabels.Keys, settings.AllowedPodLabels) is { } message
            ? new Rejection(Reason.LabelNotAllowed, message)
            : null;

    static Rejection? PodAnnotationNotAllowed(DeclaredResource resource, OperatorSettings settings) =>
        NotAllowed("podAnnotations", resource.Spec!.Server.PodAnnotations.Keys, settings.AllowedPodAnnotations)
            is { } message
            ? new Rejection(Reason.AnnotationNotAllowed, message)
            : null;

    static Rejection? ServiceAccountAnnotationNotAllowed(DeclaredResource resource, OperatorSettings settings) =>
        NotAllowed(
            "serviceAccountAnnotations", resource.Spec!.Server.ServiceAccountAnnotations.Keys,
            settings.AllowedServiceAccountAnnotations) is { } message
            ? new Rejection(Reason.AnnotationNotAllowed, message)
            : null;

    static string? NotAllowed(string field, IEnumerable<string> keys, ImmutableArray<string> allowed)
    {
        var rejected = keys.Where(key => !KeyPattern.AnyAllows(allowed, key)).ToList();
        return rejected.Count == 0
            ? null
            : $"spec.server.{field}: {string.Join(", ", rejected)} is not allowed. Leave it out, or ask the "
                + "administrator to list it in the operator's setting "
                + $"allowed{char.ToUpperInvariant(field[0])}{field[1..]}.";
    }

    static Rejection? ForeignSecret(ReconcileInputs inputs) => inputs.ForeignSecret switch
    {
        null => null,
        GeneratedSecret.SigningKey => new Rejection(Reason.ResourceConflict,
            $"There is a Secret {GeneratedSecret.SigningKey} that the operator did not create and will not change. "
            + "The servers of this namespace need the name: delete or rename it."),
        var name => Conflict("Secret", name),
    };

    /// <summary>An object has a child's name and is not the operator's.</summary>
    public static Rejection Conflict(string kind, string name) => new(Reason.ResourceConflict,
        $"There is a {kind} {name} that the operator did not create and will not change. Delete or rename it, or "
        + "give the resource another name.");
}
