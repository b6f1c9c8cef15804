using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Objects.Gateway;

/// <summary>A route from a Gateway to Services (Gateway API).</summary>
public sealed record HttpRoute : KubernetesObject
{
    public HttpRouteSpec? Spec { get; init; }
}

public sealed record HttpRouteSpec
{
    public IReadOnlyList<GatewayParent>? ParentRefs { get; init; }

    public IReadOnlyList<string>? Hostnames { get; init; }

    public IReadOnlyList<HttpRouteRule>? Rules { get; init; }
}

public sealed record GatewayParent
{
    public required string Name { get; init; }

    public string? Namespace { get; init; }

    public string? SectionName { get; init; }
}

public sealed record HttpRouteRule
{
    public IReadOnlyList<HttpRouteMatch>? Matches { get; init; }

    public IReadOnlyList<HttpRouteBackend>? BackendRefs { get; init; }

    public HttpRouteTimeouts? Timeouts { get; init; }
}

public sealed record HttpRouteMatch
{
    public HttpPathMatch? Path { get; init; }
}

public sealed record HttpRouteBackend
{
    public required string Name { get; init; }

    public required int Port { get; init; }
}

public sealed record HttpRouteTimeouts
{
    /// <summary>How long a request may take as a whole; <c>0s</c>: as long as it wants.</summary>
    public string? Request { get; init; }
}

public sealed record HttpPathMatch
{
    public required string Type { get; init; }

    public required string Value { get; init; }
}
