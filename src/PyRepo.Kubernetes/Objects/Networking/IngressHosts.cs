using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Networking;

/// <summary>The part of an Ingress that any has, whoever made it: a rule need not lead to a Service.</summary>
public sealed record IngressHosts : KubernetesObject
{
    public IngressHostsSpec? Spec { get; init; }
}

public sealed record IngressHostsSpec
{
    public IReadOnlyList<IngressHost>? Rules { get; init; }

    public IReadOnlyList<IngressTls>? Tls { get; init; }

    /// <summary>
    /// The hosts that it serves. A default backend serves those of the certificates too, but a certificate of a
    /// wildcard says nothing of what is served.
    /// </summary>
    [JsonIgnore]
    public IEnumerable<string> Hosts =>
    [
        .. (Rules ?? []).Select(rule => rule.Host).OfType<string>(),
        .. (Tls ?? []).SelectMany(tls => tls.Hosts ?? []).Where(host => !host.StartsWith('*')),
    ];
}

public sealed record IngressHost
{
    public string? Host { get; init; }
}
