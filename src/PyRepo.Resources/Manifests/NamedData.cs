using PyRepo.Resources.References;

namespace PyRepo.Resources.Manifests;

/// <summary>A Secret or ConfigMap that a resource's spec names, in the resource's namespace.</summary>
/// <param name="Key">The key that the spec names, or null where the reader of the object knows its keys.</param>
/// <param name="FieldPath">The field that names it: <c>spec.access.usersSecretRef</c>.</param>
public sealed record NamedData(DataKind Kind, string Name, string? Key, string FieldPath);
