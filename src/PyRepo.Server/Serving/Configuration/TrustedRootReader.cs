using System.Collections.Frozen;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;
using PyRepo.Server.Content.Attestations;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Reads the trusted roots that resources name.</summary>
static class TrustedRootReader
{
    const string Field = "spec.attestations.trustedRootRef";

    /// <summary>Reads the trusted roots, once for each configuration.</summary>
    public static ServerConfiguration AddTo(ServerConfiguration configuration)
    {
        var roots = new Dictionary<ObjectName, TrustedRootSource>();
        foreach (var hosted in configuration.Manifests.Resources.OfType<PythonRepository>())
        {
            if (hosted.Spec.Attestations?.TrustedRootRef is not { } reference)
                continue;
            roots[GetName(hosted)] = TrustedRootSource.Read(
                $"ConfigMap '{reference.Name}', key '{reference.Key}'",
                configuration.FindData(hosted, DataKind.ConfigMap, reference.Name, reference.Key));
        }
        return configuration with { TrustedRoots = roots.ToFrozenDictionary() };
    }

    /// <summary>Returns the trusted root of a resource: the public one if it names none.</summary>
    public static TrustedRootSource Find(PythonRepository hosted, ServerConfiguration configuration) =>
        hosted.Spec.Attestations?.TrustedRootRef is null
            ? TrustedRootSource.Public
            : configuration.TrustedRoots[GetName(hosted)];

    /// <summary>Returns the trusted roots that are there, but cannot be read.</summary>
    public static IEnumerable<Diagnostic> Unreadable(ServerConfiguration configuration)
    {
        foreach (var hosted in configuration.Manifests.Resources.OfType<PythonRepository>())
        {
            if (Find(hosted, configuration) is { IsMissing: false, Failure: { } failure })
                yield return Diagnostic.At(hosted.GetPosition(Field), Field, failure, ProblemReason.Unreadable);
        }
    }

    static ObjectName GetName(PythonRepository hosted) => new(hosted.Metadata.Namespace, hosted.Metadata.Name);
}
