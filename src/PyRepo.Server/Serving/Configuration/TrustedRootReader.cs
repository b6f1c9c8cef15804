using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;
using PyRepo.Server.Content.Attestations;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Reads the trusted roots that resources name.</summary>
static class TrustedRootReader
{
    const string Field = "spec.attestations.trustedRootRef";

    /// <summary>Returns the trusted root of a resource: the public one if it names none.</summary>
    public static TrustedRootSource Read(PythonRepository hosted, ServerConfiguration configuration) =>
        hosted.Spec.Attestations?.TrustedRootRef is { } reference
            ? TrustedRootSource.Read(
                $"ConfigMap '{reference.Name}', key '{reference.Key}'",
                configuration.FindData(hosted, DataKind.ConfigMap, reference.Name, reference.Key))
            : TrustedRootSource.Public;

    /// <summary>Returns the trusted roots that are there, but cannot be read.</summary>
    public static IEnumerable<Diagnostic> Unreadable(ServerConfiguration configuration)
    {
        foreach (var hosted in configuration.Manifests.Resources.OfType<PythonRepository>())
        {
            if (Read(hosted, configuration) is { IsMissing: false, Failure: { } failure })
                yield return Diagnostic.At(hosted.GetPosition(Field), Field, failure, ProblemReason.Unreadable);
        }
    }
}
