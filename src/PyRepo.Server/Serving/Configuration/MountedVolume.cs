using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>
/// The folder that the operator mounts: <c>resource.yaml</c>, <c>members/KIND/NAME.yaml</c>, <c>secrets/NAME/KEY</c>,
/// <c>configmaps/NAME/KEY</c> and <c>platform.json</c>. Only the first is required.
/// </summary>
static class MountedVolume
{
    /// <summary>The only required document.</summary>
    public const string ResourceFile = "resource.yaml";

    /// <summary>Parses the folder.</summary>
    /// <param name="manifests">The resource and the members.</param>
    /// <param name="mounted">The other files.</param>
    /// <param name="last">The last valid <c>platform.json</c>.</param>
    public static ServerConfiguration Parse(ConfigurationFiles manifests, MountedFiles mounted, PlatformFile? last)
    {
        var set = manifests.Manifests.Read();
        var ns = set.Resources is [var first, ..] ? first.Metadata.Namespace : "default";
        var platform = PlatformFile.Parse(mounted.Platform, last);
        var platformPart = platform.Text is { } text
            ? [(PlatformFile.FileName, text)] : ((string Name, byte[] Content)[])[];
        return new ServerConfiguration
        {
            Own = set.Resources.FirstOrDefault(),
            Manifests = set with
            {
                Secrets = GetDocuments(
                    mounted.Secrets, ns, (metadata, data) => new SecretDocument { Metadata = metadata, Data = data }),
                ConfigMaps = GetDocuments(
                    mounted.ConfigMaps, ns,
                    (metadata, data) => new ConfigMapDocument { Metadata = metadata, Data = data }),
            },
            IsMounted = true,
            Hash = ContentHash.Compute([.. manifests.TextParts, .. platformPart, .. mounted.DataParts]),
            DeclaredHash = DeclaredHash.Compute(manifests.Manifests.Sources.Select(s => (s.Name, s.Text))),
            PlatformHash = ContentHash.Compute(platformPart),
            Problems = [.. set.Problems.Where(problem => !problem.IsRatcheted), .. mounted.Unreadable],
            InvalidEntries = [.. set.Problems.Where(problem => problem.IsRatcheted)],
            Platform = platform,
            AllowedDestinations = [.. platform.AllowedDestinations],
            ApiServers = [.. ApiServers(platform)],
            RemoteMembers = RemoteMembers(set, mounted.Members, platform),
        };
    }

    /// <summary>
    /// Returns the address that Kubernetes gives each pod, and the addresses of the servers behind it.
    /// </summary>
    static IEnumerable<IPEndPoint> ApiServers(PlatformFile platform)
    {
        if (IPAddress.TryParse(Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST"), out var service))
            yield return new IPEndPoint(service, 0);
        foreach (var text in platform.ApiServers)
        {
            if (IPEndPoint.TryParse(text, out var server))
                yield return server;
        }
    }

    /// <summary>Returns the members' URLs. A member is at its Service, unless the platform names another URL.</summary>
    static FrozenDictionary<ObjectName, Uri> RemoteMembers(
        ManifestSet set, ImmutableArray<string> members, PlatformFile platform)
    {
        var names = members.ToHashSet();
        return set.Resources
            .Where(r => r is not RepositoryGroup && names.Contains(r.Metadata.Name))
            .ToFrozenDictionary(
                r => new ObjectName(r.Metadata.Namespace, r.Metadata.Name),
                r => platform.Members.GetValueOrDefault(r.Metadata.Name)
                    ?? new Uri($"http://{r.Metadata.Name}.{r.Metadata.Namespace}/"));
    }

    static FrozenDictionary<ObjectName, T> GetDocuments<T>(
        IReadOnlyDictionary<string, Dictionary<string, byte[]>> objects, string ns,
        Func<ObjectMetadata, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>, T> create) =>
        objects.ToFrozenDictionary(
            of => new ObjectName(ns, of.Key),
            of => create(
                new ObjectMetadata { Name = of.Key, Namespace = ns },
                of.Value.ToImmutableSortedDictionary(
                    key => key.Key, key => (ReadOnlyMemory<byte>)key.Value, StringComparer.Ordinal)));
}
