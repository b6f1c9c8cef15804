using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>Knows which objects in the store a mirror fetched ahead, so that they are not evicted.</summary>
sealed class MirroredKeys(MirrorScope scope, Mirror mirror) : IMirrored
{
    /// <inheritdoc/>
    public string Version => scope.Version;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProjectName>> ReadNamesAsync(CancellationToken cancellationToken) =>
        mirror.ReadNamesAsync(cancellationToken);

    /// <inheritdoc/>
    public bool Contains(string key) => Contains(scope, key);

    /// <summary>Whether a page, a metadata file or a distribution is in the scope of a mirror.</summary>
    public static bool Contains(MirrorScope scope, string key)
    {
        if (scope.IsEverything)
        {
            return key.StartsWith(StorageLayout.Packages, StringComparison.Ordinal)
                || key.StartsWith(StorageLayout.UpstreamFolder, StringComparison.Ordinal);
        }
        if (StorageLayout.TryParseUpstreamPage(key, out var paged))
            return scope.Contains(paged);
        if (key.Split('/') is not [_, var name, ..] || !ProjectName.TryParse(name, out var project))
            return false;
        return key.StartsWith(StorageLayout.Packages, StringComparison.Ordinal)
            ? DistributionFileName.TryParse(StorageLayout.GetFileName(key), project, out var file)
                && scope.Contains(file)
            : scope.Contains(project);
    }
}
