using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Manifests;

/// <summary>The way from outside to a repository.</summary>
public static class IngressManifest
{
    /// <summary>The Ingress; null where none is asked for.</summary>
    public static Ingress? Of(DeclaredResource resource, ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(settings);
        if (resource.Spec?.Ingress is not { } wanted)
            return null;
        // What the resource says goes before what the operator thinks is right.
        var annotations = ControllerOf(inputs, settings).Annotations.SetItems(
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
                Rules = [RuleFor(wanted.Host, wanted.Path, ChildNames.Server(resource.Name))],
                Tls = wanted.Tls is { } tls ? [new() { Hosts = [wanted.Host], SecretName = tls.SecretName }] : null,
            },
        };
    }

    /// <summary>Who serves the Ingress: the one that the administrator names, else the one of its class.</summary>
    public static IngressController ControllerOf(ReconcileInputs inputs, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(settings);
        return IngressController.Find(settings.Ingress.Controller ?? inputs.IngressClass?.Spec?.Controller);
    }

    /// <summary>Why some of the annotations are left out; null: none is.</summary>
    public static Rejection? RefusedAnnotations(DeclaredResource resource, OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(settings);
        var refused = (resource.Spec?.Ingress?.Annotations.Keys ?? []).Where(a => !settings.Ingress.Allows(a)).ToList();
        return refused.Count == 0
            ? null
            : new Rejection("AnnotationNotAllowed",
                $"spec.ingress.annotations: {string.Join(", ", refused)} is not allowed. Leave it out, or ask the "
                + "administrator to list it in the operator's setting ingress.annotations.");
    }

    static IngressRule RuleFor(string host, string path, string service) => new()
    {
        Host = host,
        Http = new()
        {
            Paths =
            [
                new()
                {
                    Path = path,
                    PathType = "Prefix",
                    Backend = new() { Service = new() { Name = service, Port = new() { Name = "http" } } },
                },
            ],
        },
    };
}
