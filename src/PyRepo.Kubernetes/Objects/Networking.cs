namespace PyRepo.Kubernetes.Objects;

/// <summary>One address for the pods of a selector.</summary>
public sealed record Service : KubernetesObject
{
    public ServiceSpec? Spec { get; init; }
}

public sealed record ServiceSpec
{
    public string? Type { get; init; }

    public string? ClusterIP { get; init; }

    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    public IReadOnlyList<ServicePort>? Ports { get; init; }
}

public sealed record ServicePort
{
    public string? Name { get; init; }

    public required int Port { get; init; }

    /// <summary>The name of the pods' port.</summary>
    public required IntOrString TargetPort { get; init; }

    public string? Protocol { get; init; }

    public string? AppProtocol { get; init; }
}

/// <summary>What leads from outside to Services.</summary>
public sealed record Ingress : KubernetesObject
{
    public IngressSpec? Spec { get; init; }
}

/// <summary>Addresses behind a Service.</summary>
public sealed record EndpointSlice : KubernetesObject
{
    public IReadOnlyList<SliceEndpoint>? Endpoints { get; init; }

    public IReadOnlyList<SlicePort>? Ports { get; init; }
}

public sealed record SliceEndpoint
{
    public IReadOnlyList<string>? Addresses { get; init; }
}

public sealed record SlicePort
{
    public int? Port { get; init; }
}

/// <summary>The part of an Ingress that any has, whoever made it: a rule need not lead to a Service.</summary>
public sealed record IngressHosts : KubernetesObject
{
    public IngressHostsSpec? Spec { get; init; }
}

public sealed record IngressHostsSpec
{
    public IReadOnlyList<IngressHost>? Rules { get; init; }
}

public sealed record IngressHost
{
    public string? Host { get; init; }
}

public sealed record IngressSpec
{
    public string? IngressClassName { get; init; }

    public IReadOnlyList<IngressRule>? Rules { get; init; }

    public IReadOnlyList<IngressTls>? Tls { get; init; }
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

public sealed record IngressTls
{
    public IReadOnlyList<string>? Hosts { get; init; }

    public string? SecretName { get; init; }
}

/// <summary>Which program serves the Ingresses of a class; of no namespace.</summary>
public sealed record IngressClass : KubernetesObject
{
    public IngressClassSpec? Spec { get; init; }
}

public sealed record IngressClassSpec
{
    public string? Controller { get; init; }
}
