using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Commands.LockFiles;

namespace PyRepo.Server.Commands.Warming;

/// <summary>Which files of a project's page are to be fetched, and what its page already shows to be wrong.</summary>
/// <param name="project">The project.</param>
/// <param name="page">The page, or null if the index does not know the project.</param>
sealed class FilePlan(ProjectName project, ProjectPage? page)
{
    readonly Dictionary<string, PageFile> _listed = (page?.Files ?? []).DistinctBy(file => file.FileName)
        .ToDictionary(file => file.FileName, StringComparer.Ordinal);

    readonly Dictionary<(string FileName, LockedHash? Hash), WantedFile> _files = [];
    ILookup<string, PageFile>? _byVersion;

    /// <summary>The files to fetch.</summary>
    public IEnumerable<WantedFile> Files => _files.Values;

    /// <summary>The releases whose files were looked for by their hashes.</summary>
    public List<LockedRelease> Releases { get; } = [];

    /// <summary>What is wrong.</summary>
    public List<WarmProblem> Problems { get; } = [];

    /// <summary>Adds what a lock file locks.</summary>
    public void Add(LockEntry entry)
    {
        switch (entry)
        {
            case LockEntry.File file:
                Add(file);
                break;
            case LockEntry.Release { Hashes: [] } release:
                AddAllOf(release);
                break;
            case LockEntry.Release release:
                AddHashed(release);
                break;
        }
    }

    void Add(LockEntry.File locked)
    {
        var (what, hash) =
            (page is null ? "project" : "file", locked.Hash is null ? "" : $" The locked hash is {locked.Hash}.");
        if (!_listed.TryGetValue(locked.FileName, out var listed))
            Reject(locked.FileName, $"it is missing: the index has no such {what}.{hash}");
        else if (locked.Hash is not null && HashOf(listed, locked.Hash.Algorithm) is { } other && other != locked.Hash)
            Reject(locked.FileName, $"it has another hash: {other} in the index, {locked.Hash} in the lock file.");
        else
            Want(listed, locked.Hash, locked.Size);
    }

    void AddAllOf(LockEntry.Release release)
    {
        var files = FilesOf(release).ToList();
        foreach (var file in files)
            Want(file, null, null);
        if (files.Count == 0)
        {
            var what = page is null ? "project" : "version";
            Reject($"{project}=={release.Version}", $"it is missing: the index has no such {what}.");
        }
    }

    /// <summary>Adds the files with the locked hashes, and those whose hashes the page does not tell.</summary>
    void AddHashed(LockEntry.Release locked)
    {
        var release = new LockedRelease(project, locked.Version, locked.Hashes);
        Releases.Add(release);
        foreach (var file in FilesOf(locked))
        {
            LockedHash[] hashes = [.. release.Algorithms.Select(each => HashOf(file, each)).OfType<LockedHash>()];
            if (hashes.FirstOrDefault(release.Find) is { } found)
                Want(file, found, null);
            else if (hashes.Length < release.Algorithms.Count)
                Want(file, null, null, release);
            else
                release.AddOther(file.FileName, hashes[0]);
        }
    }

    void Want(PageFile file, LockedHash? hash, long? size, LockedRelease? release = null)
    {
        if (!Uri.TryCreate(file.Url, UriKind.Absolute, out var url))
        {
            Reject(file.FileName, "its link on the page of the index is no URL.");
            return;
        }
        hash ??= LockedHash.Algorithms.Select(each => HashOf(file, each)).FirstOrDefault(each => each is not null);
        var known = _files.GetValueOrDefault((file.FileName, hash));
        _files[(file.FileName, hash)] = new WantedFile(project, file.FileName, url)
        {
            Hash = hash,
            Sizes = [.. ((long?[])[file.Size, size]).OfType<long>().Concat(known?.Sizes ?? []).Distinct()],
            Releases = [.. known?.Releases ?? [], .. release is null ? (LockedRelease[])[] : [release]],
        };
    }

    /// <summary>The files of a version, in any spelling of it.</summary>
    IEnumerable<PageFile> FilesOf(LockEntry.Release release)
    {
        _byVersion ??= _listed.Values.ToLookup(file =>
            DistributionFileName.TryParse(file.FileName, project, out var name)
                ? KeyOf(name.Version, name.VersionText) : "");
        return _byVersion[KeyOf(PythonVersion.ParseOrNull(release.Version), release.Version)];
    }

    static string KeyOf(PythonVersion? version, string text) => version?.Canonical ?? text;

    void Reject(string what, string message) => Problems.Add(new WarmProblem(project, what, message));

    /// <summary>The hash of an algorithm that a page gives.</summary>
    static LockedHash? HashOf(PageFile file, string algorithm)
    {
        var hex = algorithm == "sha256" ? file.Hashes.Sha256?.ToString()
            : algorithm == file.Hashes.OtherAlgorithm ? file.Hashes.OtherHex : null;
        return hex is not null && LockedHash.TryCreate(algorithm, hex, out var hash, out _) ? hash : null;
    }
}
