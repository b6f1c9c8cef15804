using PyRepo.Server.Endpoints.Http;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Management;

/// <summary>The status of one repository.</summary>
sealed record RepositoryStatus
{
    public required string Kind { get; init; }

    public required string Name { get; init; }

    public string? Uid { get; init; }

    public required bool Ready { get; init; }

    /// <summary>
    /// The kind of reason why the repository is not ready, or null if it is ready. Programs read this, not the message.
    /// </summary>
    public UnavailableReason? Reason { get; init; }

    /// <summary>Why the repository is not ready.</summary>
    public string? Message { get; init; }

    public int Projects { get; init; }

    public long Files { get; init; }

    /// <summary>The sum of the files' sizes in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The status of the bucket, or null if the data are in a folder.</summary>
    public StorageStatus? Storage { get; init; }

    /// <summary>Why nothing is written to the repository, or null if it is.</summary>
    public string? ReadOnly { get; init; }

    /// <summary>The last failure of the disk, or null if there was none since the repository was opened.</summary>
    public StoreFailure? DiskFailure { get; init; }

    /// <summary>The status of a proxy's upstream.</summary>
    public UpstreamStatus? Upstream { get; init; }

    /// <summary>How far a mirror is, or null if it is none.</summary>
    public MirrorStatus? Mirror { get; init; }

    /// <summary>How a proxy's cache is used.</summary>
    public CacheStatus? Cache { get; init; }

    /// <summary>The advisories of a proxy's policy, or null if it has none.</summary>
    public AdvisoriesStatus? Advisories { get; init; }

    /// <summary>The refusals by a proxy's policy, or null if it refused nothing.</summary>
    public PolicyStatus? Policy { get; init; }

    public int RefusedCount { get; init; }

    /// <summary>The first of the files in the folder that are not served, with the reason.</summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }

    /// <summary>Returns the status with the first refused files only, and the count of all.</summary>
    public RepositoryStatus Bounded(StatusLimits limits)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, reason) in Refused.OrderBy(r => r.Key, StringComparer.Ordinal).Take(limits.Refused))
            first[limits.Cut(name)] = limits.Cut(reason);
        return this with
        {
            Message = Message is null ? null : limits.Cut(Message),
            RefusedCount = Refused.Count,
            Refused = first,
            Storage = Storage is { Message: { } text } ? Storage with { Message = limits.Cut(text) } : Storage,
            DiskFailure = DiskFailure is { } failure
                ? failure with { Key = limits.Cut(failure.Key), Message = limits.Cut(failure.Message) } : null,
            Upstream = Upstream is { LastError: { } error }
                ? Upstream with { LastError = limits.Cut(error) } : Upstream,
            Mirror = Mirror is null ? null
                : Mirror with { Messages = [.. Mirror.Messages.Take(limits.Items).Select(limits.Cut)] },
            Advisories = Advisories is { LastError: { } unread }
                ? Advisories with { LastError = limits.Cut(unread) } : Advisories,
            Policy = Policy is null ? null
                : Policy with { First = [.. Policy.First.Take(limits.Items).Select(limits.Cut)] },
        };
    }
}

/// <summary>How many pages and files came from a proxy's cache since it started, and how many from upstream.</summary>
/// <param name="Hits">From the cache.</param>
/// <param name="Misses">From upstream.</param>
sealed record CacheStatus(long Hits, long Misses);

/// <summary>The refusals by a proxy's policy since it started.</summary>
/// <param name="Refused">The number of requests for hidden files, by rule.</param>
/// <param name="First">The first of these files, with the reason.</param>
sealed record PolicyStatus(IReadOnlyDictionary<string, long> Refused, IReadOnlyList<string> First);

/// <summary>The status of an upstream.</summary>
/// <param name="Reachable">Whether the last request succeeded. It is true before the first request.</param>
/// <param name="LastSuccess">When a request last succeeded.</param>
/// <param name="LastError">Why the last request failed.</param>
sealed record UpstreamStatus(bool Reachable, DateTimeOffset? LastSuccess, string? LastError);

/// <summary>The advisories of a proxy's policy.</summary>
/// <param name="Count">How many are in force, or null before the first reading.</param>
/// <param name="LastSuccess">When the source was last read.</param>
/// <param name="LastError">Why the source could not be read.</param>
sealed record AdvisoriesStatus(int? Count, DateTimeOffset? LastSuccess, string? LastError);

/// <summary>The status of a repository's bucket.</summary>
/// <param name="ConditionalWrites">Whether the service honors the conditions of writes, so that replicas work.</param>
/// <param name="Replica">The name of this replica.</param>
/// <param name="Others">The replicas that this one knows of.</param>
/// <param name="Code">The service's error code, or null if the bucket can be used.</param>
/// <param name="Message">The problem, and its remedy.</param>
sealed record StorageStatus(
    bool ConditionalWrites, string Replica, IReadOnlyList<string> Others, string? Code, string? Message);

/// <summary>How far a mirror is.</summary>
/// <param name="ProjectsDone">The projects that are complete.</param>
/// <param name="ProjectsTotal">All projects to mirror.</param>
/// <param name="LastSync">When everything was last mirrored.</param>
/// <param name="FilesFetched">The files that were fetched since the server started.</param>
/// <param name="FailureCount">The number of failures in the current or last pass.</param>
/// <param name="Messages">The first failures, and what upstream does not have.</param>
sealed record MirrorStatus(
    int ProjectsDone, int ProjectsTotal, DateTimeOffset? LastSync, long FilesFetched, long FailureCount,
    IReadOnlyList<string> Messages);
