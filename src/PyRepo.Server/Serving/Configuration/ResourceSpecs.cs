using PyRepo.Resources;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>Access to the fields that the specs of all kinds share.</summary>
static class ResourceSpecs
{
    /// <summary>Returns the part of a resource's spec that all kinds share.</summary>
    public static ServedSpec Spec(this Resource resource) => resource switch
    {
        PythonRepository hosted => hosted.Spec,
        ProxyRepository proxy => proxy.Spec,
        RepositoryGroup group => group.Spec,
        _ => throw new InvalidOperationException($"{resource.Kind} is not a kind of repository."),
    };

    /// <summary>Returns where a resource's data are, or null if its kind has none.</summary>
    public static StorageSpec? Storage(this Resource resource) => resource switch
    {
        PythonRepository hosted => hosted.Spec.Storage,
        ProxyRepository proxy => proxy.Spec.Storage,
        _ => null,
    };

    /// <summary>Returns what backups are made of a resource, or null if none are.</summary>
    public static BackupSpec? Backup(this Resource resource) => (resource.Spec() as StoredSpec)?.Backup;
}
