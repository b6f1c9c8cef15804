namespace PyRepo.Kubernetes.Client;

/// <summary>Which objects of a kind are meant; null: all.</summary>
/// <param name="LabelSelector">A label selector, as kubectl's <c>-l</c> has it.</param>
/// <param name="FieldSelector">A field selector: <c>metadata.name=x</c>.</param>
/// <param name="Limit">A list has no more than the first so many; a watch does not heed it.</param>
public sealed record ListOptions(string? LabelSelector = null, string? FieldSelector = null, int? Limit = null);
