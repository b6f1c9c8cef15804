using System.Collections.Immutable;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;
using PyRepo.Resources.Storage;
using PyRepo.Server.Proxies.Advisories;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Reads what resources say about advisories, and the own advisories that they name.</summary>
static class AdvisoriesReader
{
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    /// <summary>Returns what a resource says about advisories, and the field where it does; null if nothing.</summary>
    public static (AdvisoriesSpec Spec, string Field)? FindSpec(Resource resource) => resource switch
    {
        PythonRepository { Spec.Advisories: { } spec } => (spec, "spec.advisories"),
        ProxyRepository { Spec.Policy.Advisories: { } spec } => (spec, "spec.policy.advisories"),
        _ => null,
    };

    /// <summary>Reads the own advisories of a resource; null if it names none.</summary>
    public static OwnAdvisories? ReadOwn(Resource resource, ServerConfiguration configuration) =>
        FindSpec(resource) is { Spec.OwnRef: { } reference }
            ? OwnAdvisories.Read(
                $"ConfigMap '{reference.Name}', key '{reference.Key}'",
                configuration.FindData(resource, DataKind.ConfigMap, reference.Name, reference.Key))
            : null;

    /// <summary>Returns how the source of a hosted repository is reached.</summary>
    public static UpstreamSettings GetSettings(PythonRepository hosted, ServerConfiguration configuration) => new()
    {
        Url = hosted.Spec.Advisories?.Source is { } source ? new Uri(source) : new Uri("about:blank"),
        Timeout = _timeout,
        EgressPolicy = UpstreamReader.GetDestinations(configuration),
        Fingerprint = $"{configuration.IsMounted} {string.Join(' ', configuration.AllowedDestinations)} "
            + string.Join(' ', configuration.ApiServers),
    };

    /// <summary>Returns the sources that a server in a cluster does not read: files.</summary>
    public static IEnumerable<Diagnostic> UnreadableSources(ServerConfiguration configuration)
    {
        foreach (var resource in configuration.IsMounted ? configuration.Manifests.Resources : [])
        {
            if (FindSpec(resource) is not var (spec, parent)
                || spec.Source?.StartsWith("file:", StringComparison.Ordinal) is not true)
            {
                continue;
            }
            var field = $"{parent}.source";
            yield return Diagnostic.At(
                resource.GetPosition(field), field, "is a file; in a cluster, use an http or https URL",
                ProblemReason.Unreadable);
        }
    }

    /// <summary>Returns the own advisories that cannot be used as they are.</summary>
    public static IEnumerable<Diagnostic> Unusable(ServerConfiguration configuration)
    {
        foreach (var resource in configuration.Manifests.Resources)
        {
            if (FindSpec(resource) is not var (spec, parent) || ReadOwn(resource, configuration) is not { } own)
                continue;
            var field = $"{parent}.ownRef";
            if (own.Failure is { } problem)
                yield return Diagnostic.At(resource.GetPosition(field), field, problem, ProblemReason.Invalid);
        }
    }
}
