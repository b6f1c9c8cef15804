using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Commands.LockFiles;

/// <summary>What a lock file locks of a project.</summary>
/// <param name="Project">The project.</param>
abstract record LockEntry(ProjectName Project)
{
    /// <summary>One file.</summary>
    /// <param name="Project">The project.</param>
    /// <param name="FileName">The name of the file.</param>
    /// <param name="Hash">Its hash, if the lock file has it.</param>
    /// <param name="Size">Its length in bytes, if the lock file has it.</param>
    public sealed record File(ProjectName Project, string FileName, LockedHash? Hash, long? Size)
        : LockEntry(Project);

    /// <summary>A version, and hashes of its files.</summary>
    /// <param name="Project">The project.</param>
    /// <param name="Version">The version as the lock file has it.</param>
    /// <param name="Hashes">The hashes of the files that are locked. Empty: all files of the version.</param>
    public sealed record Release(ProjectName Project, string Version, ImmutableArray<LockedHash> Hashes)
        : LockEntry(Project);
}
