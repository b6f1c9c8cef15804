using System.Collections.Frozen;
using PyRepo.Resources;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Reads the trusted roots that resources name.</summary>
static class TrustedRootReader
{
    /// <summary>Reads the trusted roots, once for each configuration.</summary>
    public static ServerConfiguration AddTo(ServerConfiguration configuration)
    {
        var roots = new Dictionary<ObjectName, TrustedRootSource>();
        foreach (var resource in configuration.Manifests.Resources)
        {
            if (FindReference(resource) is not { } named)
                continue;
            roots[GetName(resource)] = TrustedRootSource.Read(
                $"ConfigMap '{named.Name}', key '{named.Key}'",
                configuration.FindData(resource, DataKind.ConfigMap, named.Name, named.Key!));
        }
        return configuration with { TrustedRoots = roots.ToFrozenDictionary() };
    }

    /// <summary>Returns the trusted root of a resource: the public one if it names none.</summary>
    public static TrustedRootSource Find(Resource resource, ServerConfiguration configuration) =>
        FindReference(resource) is null
            ? TrustedRootSource.Public
            : configuration.TrustedRoots[GetName(resource)];

    /// <summary>Returns how a proxy verifies attestations, or null if it does not.</summary>
    public static ProvenanceSettings? FindProvenance(ProxyRepository proxy, ServerConfiguration configuration) =>
        proxy.Spec.Policy?.Provenance is { } spec
            ? new ProvenanceSettings(
                new AttestationVerifier(Find(proxy, configuration)), spec.HoldFor.Value,
                spec.Action is not PolicyAction.Report)
            : null;

    /// <summary>Returns the trusted roots that are there, but cannot be read.</summary>
    public static IEnumerable<Diagnostic> Unreadable(ServerConfiguration configuration)
    {
        foreach (var resource in configuration.Manifests.Resources)
        {
            if (FindReference(resource) is { FieldPath: var field }
                && Find(resource, configuration) is { IsMissing: false, Failure: { } failure })
            {
                yield return Diagnostic.At(resource.GetPosition(field), field, failure, ProblemReason.Unreadable);
            }
        }
    }

    static NamedData? FindReference(Resource resource) => DataReferences.Find(resource)
        .FirstOrDefault(each => each.FieldPath.EndsWith(".trustedRootRef", StringComparison.Ordinal));

    static ObjectName GetName(Resource resource) => new(resource.Metadata.Namespace, resource.Metadata.Name);
}
