using System.Collections.Immutable;
using System.Text;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The files of a configuration as they are at one moment, read and not parsed.</summary>
/// <param name="Manifests">The resources, and on a laptop all that they refer to.</param>
sealed record ConfigurationFiles(ManifestFiles Manifests)
{
    /// <summary>The rest of the volume that the operator mounts, or null on a laptop.</summary>
    public MountedFiles? Mounted { get; init; }

    /// <summary>
    /// A digest of the content, and of what could not be read. Equal digests mean that parsing gives the same.
    /// </summary>
    /// <remarks>
    /// It does not rely on times or sizes, because the kubelet replaces all files at once by changing one link.
    /// </remarks>
    public string Digest() => ContentHash.Compute(
    [
        .. TextParts,
        .. Mounted?.Parts ?? [],
        ("problems", Encoding.UTF8.GetBytes(string.Join('\n', Problems))),
    ]);

    /// <summary>The names and contents of the manifests.</summary>
    public IEnumerable<(string Name, byte[] Content)> TextParts =>
        Manifests.Sources.Select(source => (source.Name, Encoding.UTF8.GetBytes(source.Text)));

    IEnumerable<Diagnostic> Problems =>
        Manifests.Problems.Concat(Manifests.Warnings).Concat(Mounted?.Unreadable ?? []);

    /// <summary>Reads the files.</summary>
    /// <param name="manifests">The files and folders, or the folder that the operator mounts.</param>
    /// <param name="now">The time, by which a value that was rotated away ends.</param>
    public static ConfigurationFiles Load(ImmutableArray<string> manifests, DateTimeOffset now) =>
        manifests is [var folder] && File.Exists(Path.Combine(folder, MountedVolume.ResourceFile))
            ? MountedFiles.Load(folder, now)
            : new(ManifestFiles.Load(manifests, RegularFile.Exists));
}
