namespace PyRepo.Operator.Manifests;

/// <summary>A host and a path that a resource asks for.</summary>
/// <param name="Owner">The resource.</param>
/// <param name="Host">The host, in small letters.</param>
/// <param name="Path">The path.</param>
/// <param name="CreatedAt">When the resource was made.</param>
public sealed record HostClaim(ResourceKey Owner, string Host, string Path, DateTimeOffset CreatedAt)
{
    /// <summary>Whether the resource's own Ingress or HTTPRoute with this host exists.</summary>
    public bool IsRouted { get; init; }

    /// <summary>Whether the resource accepts tokens of identity providers, by which clients publish.</summary>
    public bool TrustsPublishers { get; init; }

    /// <summary>The claims of a resource, each host once.</summary>
    public static IEnumerable<HostClaim> From(DeclaredResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var at = resource.Source.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue;
        var owner = ResourceKey.From(resource);
        var path = resource.Spec?.Ingress?.Path ?? "/";
        return DeclaredHosts.Find(resource.Source).Select(host => new HostClaim(owner, host, path, at)
        {
            TrustsPublishers = resource.Spec?.Access?.IdentityProviders.Count > 0,
        });
    }

    /// <summary>
    /// Whether both ask for the same and this one goes before: who is routed keeps it, or else the older resource gets
    /// it.
    /// </summary>
    public bool Excludes(HostClaim other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Host, Prefix) == (other.Host, other.Prefix) && IsBefore(other);
    }

    /// <summary>
    /// Whether both need the root of the same host for trusted publishing, and this one goes before: who is served at
    /// the root has all of it.
    /// </summary>
    public bool PublishesBefore(HostClaim other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return TrustsPublishers && Host == other.Host
            && (IsRoot != other.IsRoot ? IsRoot : IsBefore(other));
    }

    /// <summary>Whether it is for all of the host.</summary>
    public bool IsRoot => Prefix.Length == 0;

    /// <summary>The path as controllers match it: <c>/simple</c> and <c>/simple/</c> are the same.</summary>
    string Prefix => Path.TrimEnd('/');

    bool IsBefore(HostClaim other) => IsRouted != other.IsRouted
        ? IsRouted
        : (CreatedAt, Text: Owner.ToString()).CompareTo((other.CreatedAt, other.Owner.ToString())) < 0;
}
