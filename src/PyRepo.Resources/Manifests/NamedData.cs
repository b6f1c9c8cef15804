using PyRepo.Resources.References;

namespace PyRepo.Resources.Manifests;

/// <summary>A Secret or ConfigMap to which a resource's spec refers, in the resource's namespace.</summary>
/// <param name="Key">The key that the spec names, or null if the spec names only the object.</param>
/// <param name="FieldPath">The path of the reference: <c>spec.access.usersSecretRef</c>.</param>
public sealed record NamedData(DataKind Kind, string Name, string? Key, string FieldPath);
