using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Problems;

namespace PyRepo.Client.LockFiles;

/// <summary>The content of lock files.</summary>
sealed class LockContent
{
    /// <summary>The locked entries.</summary>
    public List<LockEntry> Entries { get; } = [];

    /// <summary>Notes about entries that were left out, as they must be.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Problems: entries that cannot be read, or are not locked.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Parses the name of a project, or reports that it is none.</summary>
    /// <param name="text">The name, if there is one.</param>
    /// <param name="source">The lock file, and the line if it is known.</param>
    /// <param name="project">The project.</param>
    public bool TryReadProject(string? text, string source, out ProjectName project)
    {
        if (ProjectName.TryParse(text, out project))
            return true;
        Problems.Add($"{source}: {Quote.Text(text ?? "")} is no name of a project, skipped.");
        return false;
    }

    /// <summary>Adds a file with a hash like <c>sha256:…</c>, or reports that the hash cannot be checked.</summary>
    public void AddFile(string source, ProjectName project, string? fileName, string? hash, long? size = null)
    {
        if (hash is null)
            AddFile(source, project, fileName, null as LockedHash, size);
        else if (LockedHash.TryParse(hash, out var locked, out var problem))
            AddFile(source, project, fileName, locked, size);
        else
            Problems.Add($"{source}: {Quote.Bare(fileName ?? "")} ({project}): {Quote.Text(hash)} {problem}. Skipped.");
    }

    /// <summary>Adds a file, or reports that its name is none.</summary>
    public void AddFile(string source, ProjectName project, string? fileName, LockedHash? hash, long? size)
    {
        if (fileName is null || !DistributionFileName.IsSafe(fileName))
            Problems.Add($"{source}: {Quote.Text(fileName ?? "")} ({project}) is not a file name, skipped.");
        else
            Entries.Add(new LockEntry.File(project, fileName, hash, size));
    }

    /// <summary>Returns the last segment of a URL's or file's path, decoded: the file's name in an index.</summary>
    public static string? GetFileName(string? urlOrPath)
    {
        if (urlOrPath is null)
            return null;
        var end = urlOrPath.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? urlOrPath : urlOrPath[..end];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}

/// <summary>The entry of a project in a lock file.</summary>
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
