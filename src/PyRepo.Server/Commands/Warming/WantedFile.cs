using PyRepo.Packaging.Names;
using PyRepo.Server.Commands.LockFiles;

namespace PyRepo.Server.Commands.Warming;

/// <summary>A file to fetch.</summary>
/// <param name="Project">The project.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Url">Where it is.</param>
sealed record WantedFile(ProjectName Project, string FileName, Uri Url)
{
    /// <summary>The hash that its bytes must have, if it is known.</summary>
    public LockedHash? Hash { get; init; }

    /// <summary>The lengths in bytes that the page and the lock file give.</summary>
    public IReadOnlyList<long> Sizes { get; init; } = [];

    /// <summary>Where its hash is looked for, because the page does not tell it.</summary>
    public IReadOnlyList<LockedRelease> Releases { get; init; } = [];
}
