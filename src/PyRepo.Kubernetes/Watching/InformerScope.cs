using PyRepo.Kubernetes.Client;

namespace PyRepo.Kubernetes.Watching;

/// <summary>Which objects of a kind are watched.</summary>
/// <param name="Namespaces">In these namespaces, each with a watch of its own; null or empty: in all.</param>
/// <param name="ListOptions">Of those, these.</param>
public sealed record InformerScope(IReadOnlyList<string>? Namespaces = null, ListOptions? ListOptions = null);
