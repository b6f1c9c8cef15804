using PyRepo.Resources;

namespace PyRepo.Server.Configuration;

/// <summary>Knows the resources that this server cannot serve yet.</summary>
static class SupportedFields
{
    /// <summary>
    /// Returns whether a resource can be served at all. If its policy is not supported, the server must not allow
    /// everything.
    /// </summary>
    public static bool CanServe(Resource resource) => resource switch
    {
        ProxyRepository proxy => proxy.Spec.Policy?.Advisories is null,
        _ => true,
    };
}
