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

    /// <summary>Reads the folder. The kubelet replaces it as a whole, through a symbolic link.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="resource">The path of <see cref="ResourceFile"/>.</param>
    /// <param name="last">The last valid <c>platform.json</c>.</param>
    /// <param name="now">The time.</param>
    public static ServerConfiguration Read(string folder, string resource, PlatformFile? last, DateTimeOffset now)
    {
        var members = MembersIn(folder);
        var files = ManifestFiles.Load([resource, .. members], RegularFile.Exists);
        files = files with
        {
            Sources = [.. files.Sources.Select(s => s with { Name = Path.GetRelativePath(folder, s.Name) })],
        };
        var set = files.Read();
        var ns = set.Resources is [var first, ..] ? first.Metadata.Namespace : "default";
        var platform = PlatformFile.Read(Path.Combine(folder, PlatformFile.FileName), last);
        var parts = new List<(string, byte[])>(files.Sources.Select(s =>
            (s.Name, System.Text.Encoding.UTF8.GetBytes(s.Text))));
        if (platform.Text is { } text)
            parts.Add((PlatformFile.FileName, text));
        var unreadable = new List<Problem>();
        var secrets = DocumentsIn(
            Path.Combine(folder, "secrets"), ns, parts, unreadable,
            (name, data) => GeneratedSecrets.RemoveExpired(name, data, now),
            (m, d) => new SecretDocument { Metadata = m, Data = d });
        var configMaps = DocumentsIn(
            Path.Combine(folder, "configmaps"), ns, parts, unreadable, (_, _) => { },
            (m, d) => new ConfigMapDocument { Metadata = m, Data = d });
        return new ServerConfiguration
        {
            Own = set.Resources.FirstOrDefault(),
            Manifests = set with { Secrets = secrets, ConfigMaps = configMaps },
            IsMounted = true,
            Hash = ContentHash.Of(parts),
            DeclaredHash = DeclaredHash.Of(files.Sources.Select(s => (s.Name, s.Text))),
            PlatformHash = ContentHash.Of(parts.Where(p => p.Item1 == PlatformFile.FileName)),
            Problems = [.. set.Problems, .. unreadable],
            Platform = platform,
            AllowedDestinations = [.. platform.AllowedDestinations],
            ApiServers = [.. ApiServers(platform)],
            RemoteMembers = RemoteMembers(set, members, platform),
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

    static string[] MembersIn(string folder)
    {
        var members = Path.Combine(folder, "members");
        return Directory.Exists(members)
            ? [.. Directory.EnumerateFiles(members, "*.yaml", SearchOption.AllDirectories)
                .Where(f => !f.Contains("/..", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Returns the members' URLs. A member is at its Service, unless the platform names another URL.</summary>
    static FrozenDictionary<ObjectName, Uri> RemoteMembers(ManifestSet set, string[] members, PlatformFile platform)
    {
        var names = members.Select(Path.GetFileNameWithoutExtension).ToHashSet();
        return set.Resources
            .Where(r => members.Length > 0 && r is not RepositoryGroup && names.Contains(r.Metadata.Name))
            .ToFrozenDictionary(
                r => new ObjectName(r.Metadata.Namespace, r.Metadata.Name),
                r => platform.Members.GetValueOrDefault(r.Metadata.Name)
                    ?? new Uri($"http://{r.Metadata.Name}.{r.Metadata.Namespace}/"));
    }

    static FrozenDictionary<ObjectName, T> DocumentsIn<T>(
        string folder, string ns, List<(string, byte[])> parts, List<Problem> unreadable,
        Action<string, Dictionary<string, byte[]>> change,
        Func<ObjectMetadata, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>, T> create)
    {
        var documents = new Dictionary<ObjectName, T>();
        foreach (var path in Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith('.'))
                continue;
            var keys = KeysOf(path, unreadable).ToDictionary(StringComparer.Ordinal);
            change(name, keys);
            var data = keys.ToImmutableSortedDictionary(
                p => p.Key, p => (ReadOnlyMemory<byte>)p.Value, StringComparer.Ordinal);
            documents[new ObjectName(ns, name)] = create(new ObjectMetadata { Name = name, Namespace = ns }, data);
            parts.AddRange(data.Select(p => ($"{Path.GetFileName(folder)}/{name}/{p.Key}", p.Value.ToArray())));
        }
        return documents.ToFrozenDictionary();
    }

    static IEnumerable<KeyValuePair<string, byte[]>> KeysOf(string folder, List<Problem> unreadable)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file)[0] != '.'))
        {
            byte[]? value = null;
            try
            {
                value = RegularFile.ReadAll(file, ServerLimits.MaxMountedFileLength);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(Problem.At(new SourcePosition(file, 0, 0), "", error.Message, ProblemReason.Unreadable));
            }
            if (value is not null)
                yield return KeyValuePair.Create(Path.GetFileName(file), value);
        }
    }
}
