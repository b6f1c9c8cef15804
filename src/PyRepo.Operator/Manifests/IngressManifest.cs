using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The <see href="https://kubernetes.io/docs/concepts/services-networking/ingress/">Ingress</see> of a repository.
/// </summary>
public static class IngressManifest
{
    /// <summary>The Ingress; null if the resource asks for none.</summary>
    public static Ingress? Create(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(settings);
        if (resource.Spec?.Ingress is not { } wanted)
            return null;
        // The resource's annotations override the operator's.
        string[] paths = HostAccess.RoutesTrustedPublishing(resource, inputs, settings)
            ? [wanted.Path, HostAccess.TrustedPublishingPath, HostAccess.DiscoveryPath] : [wanted.Path];
        var annotations = GetIngressController(inputs, settings).Annotations.SetItems(
            wanted.Annotations.Where(a => settings.Ingress.Allows(a.Key)));
        return new Ingress
        {
            Metadata = ChildMetadata.Owned(resource, ChildNames.Server(resource.Name)) with
            {
                Annotations = annotations.IsEmpty ? null : annotations,
            },
            Spec = new()
            {
                IngressClassName = wanted.ClassName,
                Rules = [RuleFor(wanted.Host, paths, ChildNames.Server(resource.Name))],
                Tls = wanted.Tls is { } tls ? [new() { Hosts = [wanted.Host], SecretName = tls.SecretName }] : null,
            },
        };
    }

    /// <summary>
    /// The Ingress controller: the one that the administrator names, or else the one of the IngressClass.
    /// </summary>
    public static IngressController GetIngressController(ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(settings);
        return IngressController.Find(settings.Ingress.Controller ?? inputs.IngressClass?.Spec?.Controller);
    }

    /// <summary>Why some annotations are rejected; null: all are allowed.</summary>
    public static Rejection? RejectAnnotations(DeclaredResource resource, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(settings);
        var rejected =
            (resource.Spec?.Ingress?.Annotations.Keys ?? []).Where(a => !settings.Ingress.Allows(a)).ToList();
        return rejected.Count == 0
            ? null
            : new Rejection(Reason.AnnotationNotAllowed,
                $"spec.ingress.annotations: {string.Join(", ", rejected)} is not allowed. Leave it out, or ask the "
                + "administrator to list it in the operator's setting ingress.annotations.");
    }

    static IngressRule RuleFor(string host, string[] paths, string service) => new()
    {
        Host = host,
        Http = new()
        {
            Paths =
            [
                .. paths.Select(path => new IngressPath
                {
                    Path = path,
                    PathType = "Prefix",
                    Backend = new() { Service = new() { Name = service, Port = new() { Name = "http" } } },
                }),
            ],
        },
    };
}
