using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Core;

namespace PyRepo.Operator.Manifests;

/// <summary>The ConfigMap with the documents for the server.</summary>
static class ConfigMapManifest
{
    public static ConfigMap Of(DeclaredResource resource, MountedConfiguration configuration) => new()
    {
        Metadata = ChildMetadata.Owned(resource, ChildNames.Configuration(resource.Name)),
        Data = configuration.Documents.ToImmutableSortedDictionary(d => d.Key, d => d.Text, StringComparer.Ordinal),
    };
}
