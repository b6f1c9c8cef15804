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

    /// <summary>What the disk failed last, or null if it failed nothing since the repository was opened.</summary>
    public StoreFailure? DiskFailure { get; init; }

    /// <summary>The status of a proxy's upstream.</summary>
    public UpstreamStatus? Upstream { get; init; }

    /// <summary>How far a mirror is, or null if it is none.</summary>
    public MirrorStatus? Mirror { get; init; }

    /// <summary>How a proxy's cache is used.</summary>
    public CacheStatus? Cache { get; init; }

    /// <summary>The advisories of a proxy's policy, or null if it has none.</summary>
    public AdvisoriesStatus? Advisories { get; init; }

    /// <summary>What a proxy's policy refused, or null if it refused nothing.</summary>
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
