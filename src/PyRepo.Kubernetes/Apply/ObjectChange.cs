namespace PyRepo.Kubernetes.Apply;

/// <summary>One write.</summary>
/// <param name="Verb">What was done.</param>
/// <param name="Object">To which object.</param>
/// <param name="Field">
/// Of a change the first field that was not as desired (<c>spec.template.spec.containers[0].image</c>); null where the
/// difference is a field that is no longer desired.
/// </param>
public readonly record struct ObjectChange(ObjectVerb Verb, ObjectIdentity Object, string? Field = null);
