namespace PyRepo.Kubernetes.Client;

/// <summary>Which objects of a kind are meant; null: all.</summary>
/// <param name="Labels">A label selector, as kubectl's <c>-l</c> has it.</param>
/// <param name="Fields">A field selector: <c>metadata.name=x</c>.</param>
public sealed record Selection(string? Labels = null, string? Fields = null);
