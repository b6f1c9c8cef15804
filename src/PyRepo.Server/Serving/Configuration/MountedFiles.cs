using System.Collections.Immutable;
using System.Text;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The files that the operator mounts beside the resources.</summary>
/// <param name="Members">The names of the group members that have a file.</param>
/// <param name="Platform"><c>platform.json</c>.</param>
/// <param name="Secrets">The keys and values of each Secret.</param>
/// <param name="ConfigMaps">The keys and values of each ConfigMap.</param>
/// <param name="Unreadable">The problems of reading keys.</param>
sealed record MountedFiles(
    ImmutableArray<string> Members, PlatformText Platform,
    IReadOnlyDictionary<string, Dictionary<string, byte[]>> Secrets,
    IReadOnlyDictionary<string, Dictionary<string, byte[]>> ConfigMaps,
    ImmutableArray<Diagnostic> Unreadable)
{
    /// <summary>The names and contents of all files, and what is wrong with <c>platform.json</c>.</summary>
    public IEnumerable<(string Name, byte[] Content)> Parts =>
    [
        .. Platform.Text is { } text ? [(PlatformFile.FileName, text)] : ((string, byte[])[])[],
        ($"{PlatformFile.FileName} error", Encoding.UTF8.GetBytes(Platform.Error ?? "")),
        .. DataParts,
    ];

    /// <summary>The names and contents of all keys.</summary>
    public IEnumerable<(string Name, byte[] Content)> DataParts =>
        GetParts("secrets", Secrets).Concat(GetParts("configmaps", ConfigMaps));

    /// <summary>How often the folder is read if it changes meanwhile.</summary>
    const int MaxAttempts = 3;

    /// <summary>
    /// Reads the folder as it is at one moment. The kubelet replaces it as a whole, by changing one symbolic link; a
    /// resource must not be joined with the Secrets of the next one.
    /// </summary>
    /// <exception cref="IOException">It cannot be read, or changes again and again.</exception>
    public static ConfigurationFiles Load(string folder, DateTimeOffset now)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var version = GetVersion(folder);
            var files = LoadOnce(folder, now);
            if (GetVersion(folder) == version)
                return files;
        }
        throw new IOException($"{folder}: the folder changed while it was read. It is read again in a moment.");
    }

    /// <summary>Returns the name of the version in force, or null if no kubelet manages the folder.</summary>
    static string? GetVersion(string folder) => new FileInfo(Path.Combine(folder, "..data")).LinkTarget;

    static ConfigurationFiles LoadOnce(string folder, DateTimeOffset now)
    {
        var members = MembersIn(folder);
        var files = ManifestFiles.Load(
            [Path.Combine(folder, MountedVolume.ResourceFile), .. members], RegularFile.Exists);
        var unreadable = new List<Diagnostic>();
        var secrets = ObjectsIn(Path.Combine(folder, "secrets"), unreadable);
        foreach (var (name, data) in secrets)
            GeneratedSecrets.RemoveExpired(name, data, now);
        var configMaps = ObjectsIn(Path.Combine(folder, "configmaps"), unreadable);
        return new(files with
        {
            Sources = [.. files.Sources.Select(s => s with { Name = Path.GetRelativePath(folder, s.Name) })],
        })
        {
            Mounted = new(
                [.. members.Select(file => Path.GetFileNameWithoutExtension(file))],
                PlatformText.Read(Path.Combine(folder, PlatformFile.FileName)), secrets, configMaps, [.. unreadable]),
        };
    }

    static IEnumerable<(string, byte[])> GetParts(
        string folder, IReadOnlyDictionary<string, Dictionary<string, byte[]>> objects) =>
        objects.SelectMany(of => of.Value.Select(key => ($"{folder}/{of.Key}/{key.Key}", key.Value)));

    static string[] MembersIn(string folder)
    {
        var members = Path.Combine(folder, "members");
        return Directory.Exists(members)
            ? [.. Directory.EnumerateFiles(members, "*.yaml", SearchOption.AllDirectories)
                .Where(f => !f.Contains("/..", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
            : [];
    }

    static Dictionary<string, Dictionary<string, byte[]>> ObjectsIn(string folder, List<Diagnostic> unreadable) =>
        (Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
            .Where(path => Path.GetFileName(path)[0] != '.')
            .ToDictionary(
                path => Path.GetFileName(path),
                path => ReadKeys(path, unreadable).ToDictionary(StringComparer.Ordinal));

    static IEnumerable<KeyValuePair<string, byte[]>> ReadKeys(string folder, List<Diagnostic> unreadable)
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
                unreadable.Add(Diagnostic.At(
                    new SourcePosition(file, 0, 0), "", error.Message, ProblemReason.Unreadable));
            }
            if (value is not null)
                yield return KeyValuePair.Create(Path.GetFileName(file), value);
        }
    }
}
