using PyRepo.Resources;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Configuration;

/// <summary>Knows the resources that this server cannot serve yet.</summary>
static class SupportedFields
{
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
