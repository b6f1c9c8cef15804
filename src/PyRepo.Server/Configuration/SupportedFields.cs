using System.Collections.Immutable;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Configuration;

/// <summary>Which fields of the resources this server does not act on yet; they are reported, never ignored in silence.</summary>
static class SupportedFields
{
    static readonly ImmutableArray<string> _notYet =
    [
        "spec.storage.bucket",
        "spec.retention",
        "spec.access.identityProviders",
        "spec.access.serviceAccounts",
        "spec.access.grants[].to[].serviceAccount",
        "spec.access.grants[].to[].identity",
        "spec.policy",
        "spec.mirror",
    ];

    /// <summary>The fields that a resource wrote and that do nothing yet.</summary>
    public static IEnumerable<Problem> NotSupported(Resource resource)
    {
        foreach (var field in _notYet)
        {
            if (resource.WrittenFields.TryGetValue(field, out var position))
                yield return Problem.At(position, field, "not supported yet", ProblemReason.Unknown);
        }
    }

    /// <summary>
    /// Whether a resource can be served at all: one whose storage is not supported must not fall back to another, and one whose
    /// policy is not must not let everything through.
    /// </summary>
    public static bool CanServe(Resource resource) => resource switch
    {
        PythonRepository hosted => hosted.Spec.Storage.Bucket is null,
        ProxyRepository proxy => proxy.Spec.Storage.Bucket is null && proxy.Spec.Policy is null && proxy.Spec.Mode is not ProxyMode.Mirror,
        _ => true,
    };
}
