using System.Collections.Immutable;
using PyRepo.Resources;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>
/// Finds fields about volume snapshots. In a cluster they are the operator's, which does not pass them on; elsewhere
/// nobody makes or restores snapshots.
/// </summary>
static class VolumeSnapshots
{
    const string Source = "spec.storage.restoreFrom.volumeSnapshot";
    const string Class = "spec.backup.to.volumeSnapshotClassName";

    /// <summary>Resources to be restored: an empty repository in their place would pass for what was restored.</summary>
    public static ImmutableArray<Diagnostic> Restored(ServerConfiguration configuration) =>
    [
        .. from resource in configuration.Manifests.Resources
           where resource.Storage()?.RestoreFrom?.VolumeSnapshot is not null
           select Diagnostic.At(
               resource.GetPosition(Source), Source,
               "only a cluster has volume snapshots: leave restoreFrom out to begin with an empty folder, or restore a "
               + "backup in a bucket", ProblemReason.Invalid),
    ];

    /// <summary>Resources that get no backups here.</summary>
    public static ImmutableArray<Diagnostic> NotMade(ServerConfiguration configuration) =>
    [
        .. from resource in configuration.Manifests.Resources
           where resource.Backup()?.To.VolumeSnapshotClassName is not null
           select Diagnostic.At(
               resource.GetPosition(Class), Class,
               "only a cluster has volume snapshots: no backups are made here", ProblemReason.Invalid),
    ];
}
