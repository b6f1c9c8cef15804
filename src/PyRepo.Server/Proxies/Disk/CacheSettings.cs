using PyRepo.Packaging.Names;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>How a proxy caches. A changed resource replaces all of it at once; each operation reads it once.</summary>
sealed record CacheSettings
{
    /// <summary>How long answers are valid.</summary>
    public CacheLifetimes Times { get; init; } = CacheLifetimes.From(new CacheSpec());

    /// <summary>Whether files are cached.</summary>
    public bool CachesFiles { get; init; } = true;

    /// <summary>Whether cached files are shown although upstream removed their project.</summary>
    public bool KeepsRemoved { get; init; }

    /// <summary>
    /// Whether it is remembered which files an evicted page had: an eviction must be no way around the age of a file,
    /// nor around its first hash. Otherwise a page goes without a trace, unless it has a history.
    /// </summary>
    public bool KeepsFiles { get; init; }

    /// <summary>How attestations are verified, or null if they are not.</summary>
    public ProvenanceSettings? Provenance { get; init; }

    /// <summary>How upstream's files are looked at for signs of an attack, or null if they are not.</summary>
    public GuardSettings? Guard { get; init; }

    /// <summary>Pages with equal fingerprints were examined in the same way; null if they are not examined.</summary>
    public string? ExaminationFingerprint =>
        Provenance is null && Guard is null ? null : $"{Provenance?.Fingerprint}/{Guard?.Fingerprint}";

    /// <summary>Whether clients read files from the bucket itself.</summary>
    public bool RedirectsDownloads { get; init; }

    /// <summary>The maximum size of what is cached and of the running downloads together, in bytes.</summary>
    public long MaxSize { get; init; } = long.MaxValue;

    /// <summary>The objects that are not evicted, or null if everything may be.</summary>
    public IMirrored? Mirrored { get; init; }
}

/// <summary>The content that a mirror keeps.</summary>
interface IMirrored
{
    /// <summary>Equal versions mean the same content.</summary>
    string Version { get; }

    /// <summary>Reads the names to list while upstream's list was never read.</summary>
    Task<IReadOnlyList<ProjectName>> ReadNamesAsync(CancellationToken cancellationToken);

    /// <summary>Whether the object of a key of the store is not evicted.</summary>
    bool Contains(string key);
}

/// <summary>How long a proxy's cached answers are valid.</summary>
/// <param name="Project">A project's page.</param>
/// <param name="Index">The list of projects.</param>
/// <param name="NotFound">The answer that there is no such project.</param>
/// <param name="StaleIfError">A page, while upstream is unavailable.</param>
sealed record CacheLifetimes(TimeSpan Project, TimeSpan Index, TimeSpan NotFound, TimeSpan StaleIfError)
{
    /// <summary>Returns what a resource declares.</summary>
    public static CacheLifetimes From(CacheSpec cache) =>
        new(cache.ProjectTtl.Value, cache.IndexTtl.Value, cache.NotFoundTtl.Value, cache.StaleIfError.Value);
}
