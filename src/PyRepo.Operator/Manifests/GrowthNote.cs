using System.Globalization;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The operator's note on a claim that it let grow, or whose size was raised meanwhile: by this, it is no fault that the
/// claim is larger than its resource says, and the next step waits until the file system has followed.
/// </summary>
/// <param name="Size">The size of the claim since then.</param>
/// <param name="FileSystem">The bytes of the file system before.</param>
readonly record struct GrowthNote(Quantity Size, long FileSystem)
{
    /// <summary>Reads the note; null: there is none, or somebody else wrote one that cannot be read.</summary>
    public static GrowthNote? From(PersistentVolumeClaim? pvc) =>
        GetText(pvc)?.Split(' ') is [var size, var fileSystem]
        && Quantity.TryParse(size, out var grown)
        && long.TryParse(fileSystem, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new GrowthNote(grown, bytes)
            : null;

    /// <summary>The note as it is written down; null: there is none.</summary>
    public static string? GetText(PersistentVolumeClaim? pvc) =>
        pvc?.Metadata.Annotations?.GetValueOrDefault(Annotations.Grown);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Size} {FileSystem}");
}
