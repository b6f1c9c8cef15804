namespace PyRepo.Operator.Manifests;

/// <summary>Whom a host belongs to, where the administrator's list does not say it.</summary>
/// <param name="RegisteredTo">
/// The namespace that the registry of hosts gives it to; null: none, or not any more.
/// </param>
/// <param name="RoutedBy">
/// The namespace of the oldest Ingress or HTTPRoute that has the host or a wildcard above it, whoever made it; null:
/// there is none.
/// </param>
public sealed record HostHolder(string? RegisteredTo, string? RoutedBy)
{
    /// <summary>Until when it is held for the namespace though no resource names it; null: one does.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>Whether a namespace may have it registered.</summary>
    public bool IsFreeFor(string ns) => RegisteredTo is null && (RoutedBy is null || RoutedBy == ns);
}
