using System.Collections.Immutable;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// An <see href="https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/">Ingress
/// controller</see>, and the annotations that let it pass big files in both directions.
/// </summary>
/// <param name="Name">Its name in <c>spec.controller</c> of an IngressClass, which may add <c>/</c> and more.</param>
/// <param name="Annotations">The annotations of an Ingress.</param>
/// <param name="Note">The settings that the administrator has to make, because no annotation can; null: none.</param>
public sealed record IngressController(
    string Name, ImmutableSortedDictionary<string, string> Annotations, string? Note = null)
{
    /// <summary>The idle timeout in seconds.</summary>
    const string Idle = "3600";

    static readonly ImmutableArray<IngressController> _known =
    [
        new("k8s.io/ingress-nginx", ChildMetadata.Texts(
            ("nginx.ingress.kubernetes.io/proxy-body-size", "0"),
            ("nginx.ingress.kubernetes.io/proxy-request-buffering", "off"),
            ("nginx.ingress.kubernetes.io/proxy-buffering", "off"),
            ("nginx.ingress.kubernetes.io/proxy-read-timeout", Idle),
            ("nginx.ingress.kubernetes.io/proxy-send-timeout", Idle))),
        new("nginx.org/ingress-controller", ChildMetadata.Texts(
            ("nginx.org/client-max-body-size", "0"),
            ("nginx.org/proxy-buffering", "False"),
            ("nginx.org/proxy-read-timeout", Idle + "s"),
            ("nginx.org/proxy-send-timeout", Idle + "s"))),
        new("traefik.io/ingress-controller", ChildMetadata.Texts(),
            "Traefik breaks off uploads that take longer than its entry point's "
            + "transport.respondingTimeouts.readTimeout (60 s unless set): set it to 0 for big files."),
        new("haproxy.org/ingress-controller", ChildMetadata.Texts(("haproxy.org/timeout-server", Idle + "s"))),
        new("haproxy-ingress.github.io/controller", ChildMetadata.Texts(
            ("haproxy-ingress.github.io/proxy-body-size", "unlimited"),
            ("haproxy-ingress.github.io/timeout-server", Idle + "s"))),
        new("ingress-controllers.konghq.com/kong", ChildMetadata.Texts(
            ("konghq.com/request-buffering", "false"),
            ("konghq.com/response-buffering", "false"))),
        new("ingress.k8s.aws/alb", ChildMetadata.Texts(
            ("alb.ingress.kubernetes.io/target-type", "ip"),
            ("alb.ingress.kubernetes.io/load-balancer-attributes", $"idle_timeout.timeout_seconds={Idle}"))),
    ];

    /// <summary>The Ingress controller of a name; without annotations if it is not known.</summary>
    public static IngressController Find(string? name) =>
        _known.FirstOrDefault(c => name == c.Name || name?.StartsWith(c.Name + "/", StringComparison.Ordinal) is true)
        ?? new IngressController(name ?? "", ChildMetadata.Texts());
}
