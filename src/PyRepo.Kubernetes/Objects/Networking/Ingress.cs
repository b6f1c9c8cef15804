using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Networking;

/// <summary>A route from outside the cluster to Services.</summary>
public sealed record Ingress : KubernetesObject
{
    public IngressSpec? Spec { get; init; }
}

public sealed record IngressSpec
{
    public string? IngressClassName { get; init; }

    public IReadOnlyList<IngressRule>? Rules { get; init; }

    public IReadOnlyList<IngressTls>? Tls { get; init; }
}

public sealed record IngressTls
{
    public IReadOnlyList<string>? Hosts { get; init; }

    public string? SecretName { get; init; }
}

public sealed record IngressRule
{
    public string? Host { get; init; }

    public required IngressHttp Http { get; init; }
}

public sealed record IngressHttp
{
    public required IReadOnlyList<IngressPath> Paths { get; init; }
}

public sealed record IngressPath
{
    public required string Path { get; init; }

    public required string PathType { get; init; }

    public required IngressBackend Backend { get; init; }
}

public sealed record IngressBackend
{
    public required IngressService Service { get; init; }
}

public sealed record IngressService
{
    public required string Name { get; init; }

    public required IngressPort Port { get; init; }
}

public sealed record IngressPort
{
    public string? Name { get; init; }

    public int? Number { get; init; }
}
