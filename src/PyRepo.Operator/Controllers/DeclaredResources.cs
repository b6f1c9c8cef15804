using System.Runtime.CompilerServices;
using PyRepo.Kubernetes.Metrics;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// The resources as parsed: each object that an informer holds is parsed once, and so once per resourceVersion. What
/// was parsed is forgotten with the object.
/// </summary>
sealed class DeclaredResources(MetricRegistry metrics)
{
    readonly ConditionalWeakTable<CustomObject, DeclaredResource> _parsed = [];
    readonly Counter _count =
        metrics.Counter("pyrepo_operator_resources_parsed_total", "Versions of resources that were parsed.");

    /// <summary>The parsed resource of an object.</summary>
    public DeclaredResource Of(CustomObject source) => _parsed.GetValue(source, Parse);

    DeclaredResource Parse(CustomObject source)
    {
        _count.Increment();
        return DeclaredResource.Read(source);
    }
}
