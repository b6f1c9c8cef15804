using System.Collections.Immutable;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Configuration;

/// <summary>
/// Knows the resource fields that this server does not support yet. They are reported, never silently ignored.
/// </summary>
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

    /// <summary>Returns the fields that a resource sets and that have no effect yet.</summary>
    public static IEnumerable<Problem> NotSupported(Resource resource)
    {
        foreach (var field in _notYet)
        {
            if (resource.WrittenFields.TryGetValue(field, out var position))
                yield return Problem.At(position, field, "not supported yet", ProblemReason.Unknown);
        }
    }

    /// <summary>
    /// Returns whether a resource can be served at all. If its storage is not supported, the server must not fall back
    /// to another one. If its policy is not supported, the server must not allow everything.
    /// </summary>
    public static bool CanServe(Resource resource) => resource switch
    {
        PythonRepository hosted => hosted.Spec.Storage.Bucket is null,
        ProxyRepository proxy =>
            proxy.Spec.Storage.Bucket is null && proxy.Spec.Policy is null && proxy.Spec.Mode is not ProxyMode.Mirror,
        _ => true,
    };
}
