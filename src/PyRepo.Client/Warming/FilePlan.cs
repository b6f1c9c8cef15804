using PyRepo.Client.LockFiles;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;

namespace PyRepo.Client.Warming;

/// <summary>Which files of a project's page are to be fetched, and what its page already shows to be wrong.</summary>
/// <param name="project">The project.</param>
/// <param name="page">The page, or null if the index does not know the project.</param>
sealed class FilePlan(ProjectName project, ProjectDetail? page)
{
    readonly Dictionary<string, PageFile> _listed = (page?.Files ?? []).DistinctBy(file => file.FileName)
        .ToDictionary(file => file.FileName, StringComparer.Ordinal);

    readonly Dictionary<(string FileName, LockedHash? Hash), WantedFile> _files = [];
    ILookup<string, PageFile>? _byVersion;

    /// <summary>The files to fetch.</summary>
    public IEnumerable<WantedFile> Files => _files.Values;

    /// <summary>The releases whose files were looked for by their hashes.</summary>
    public List<LockedRelease> Releases { get; } = [];

    /// <summary>The problems.</summary>
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
                AddFiles(release);
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
        else if (locked.Hash is not null && GetHash(listed, locked.Hash.Algorithm) is { } other && other != locked.Hash)
            Reject(locked.FileName, $"it has another hash: {other} in the index, {locked.Hash} in the lock file.");
        else
            Want(listed, locked.Hash, locked.Size);
    }

    void AddFiles(LockEntry.Release release)
    {
        var files = GetFiles(release).ToList();
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
        foreach (var file in GetFiles(locked))
        {
            LockedHash[] hashes = [.. release.Algorithms.Select(each => GetHash(file, each)).OfType<LockedHash>()];
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
            Reject(file.FileName, "its link on the page of the index is not a URL.");
            return;
        }
        hash ??= LockedHash.Algorithms.Select(each => GetHash(file, each)).FirstOrDefault(each => each is not null);
        var known = _files.GetValueOrDefault((file.FileName, hash));
        _files[(file.FileName, hash)] = new WantedFile(project, file.FileName, url)
        {
            Hash = hash,
            Sizes = [.. ((long?[])[file.Size, size]).OfType<long>().Concat(known?.Sizes ?? []).Distinct()],
            Releases = [.. known?.Releases ?? [], .. release is null ? (LockedRelease[])[] : [release]],
        };
    }

    /// <summary>The files of a version, in any spelling of it.</summary>
    IEnumerable<PageFile> GetFiles(LockEntry.Release release)
    {
        _byVersion ??= _listed.Values.ToLookup(file =>
            DistributionFileName.TryParse(file.FileName, project, out var name)
                ? GetKey(name.Version, name.VersionText) : "");
        return _byVersion[GetKey(PythonVersion.ParseOrNull(release.Version), release.Version)];
    }

    static string GetKey(PythonVersion? version, string text) => version?.Canonical ?? text;

    void Reject(string what, string message) => Problems.Add(new WarmProblem(project, what, message));

    /// <summary>The hash of an algorithm that a page gives.</summary>
    static LockedHash? GetHash(PageFile file, string algorithm)
    {
        var hex = algorithm == "sha256" ? file.Hashes.Sha256?.ToString()
            : algorithm == file.Hashes.OtherAlgorithm ? file.Hashes.OtherHex : null;
        return hex is not null && LockedHash.TryCreate(algorithm, hex, out var hash, out _) ? hash : null;
    }
}

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

/// <summary>The hashes of a version that are locked, each of which some file must have.</summary>
/// <param name="project">The project.</param>
/// <param name="version">The version.</param>
/// <param name="hashes">The hashes.</param>
sealed class LockedRelease(ProjectName project, string version, IEnumerable<LockedHash> hashes)
{
    readonly Lock _lock = new();
    readonly HashSet<LockedHash> _missing = [.. hashes];
    readonly List<string> _others = [];

    /// <summary>The algorithms of the hashes.</summary>
    public IReadOnlyList<string> Algorithms { get; } = [.. hashes.Select(hash => hash.Algorithm).Distinct()];

    /// <summary>Whether one of the hashes is locked. It is not missing from then on.</summary>
    public bool Find(LockedHash hash)
    {
        lock (_lock)
            return _missing.Remove(hash) || hashes.Contains(hash);
    }

    /// <summary>Notes a file of the version that has none of the hashes.</summary>
    public void AddOther(string fileName, LockedHash hash)
    {
        lock (_lock)
            _others.Add($"{fileName} with {hash}");
    }

    /// <summary>The hashes that no file has.</summary>
    public IEnumerable<WarmProblem> Problems()
    {
        var others = _others.Count == 0 ? "no other file of this version" : string.Join(", ", _others.Take(3));
        return _missing.Select(hash => new WarmProblem(
            project, $"{project}=={version}", $"the file with the locked {hash} is missing. The index has {others}."));
    }
}
