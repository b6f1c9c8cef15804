namespace PyRepo.Operator.Status;

/// <summary>The state of one repository, as a server reports it.</summary>
public sealed record RepositoryReport
{
    const string UnusableStore = "StoreUnusable";

    /// <summary>The API server compares counts as doubles, which are exact up to this one.</summary>
    const long MaxCount = (1L << 53) - 1;

    public string Kind { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public string? Uid { get; init; }

    public bool Ready { get; init; }

    /// <summary>
    /// The kind of obstacle that keeps it from being ready, in one word; null if it is ready, or if the server is of a
    /// version that had no reasons.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Why it is not ready.</summary>
    public string? Message { get; init; }

    /// <summary>
    /// Whether the server cannot use what it found in the store; it keeps trying. A server without reasons is
    /// understood by its message, whose text no longer changes.
    /// </summary>
    public bool HasUnusableStore => !Ready
        && (Reason is null ? Message?.StartsWith("can't be opened", StringComparison.Ordinal) is true
            : Reason == UnusableStore);

    public int Projects { get; init; }

    public long Files { get; init; }

    /// <summary>In bytes.</summary>
    public long Size { get; init; }

    public UpstreamReport? Upstream { get; init; }

    public MirrorReport? Mirror { get; init; }

    public CacheReport? Cache { get; init; }

    /// <summary>Null for a folder, and of a server that does not report it.</summary>
    public StorageReport? Storage { get; init; }

    /// <summary>Whether its numbers and times are such that a status can show them.</summary>
    internal bool IsPlausible =>
        new[] { Projects, Files, Size, Cache?.Hits, Cache?.Misses, Mirror?.ProjectsDone, Mirror?.ProjectsTotal }
            .All(count => count is null or (>= 0 and <= MaxCount))
        && new[] { Upstream?.LastSuccess, Mirror?.LastSync }
            .All(time => time is null || time.Value.UtcDateTime.Year is >= 1970 and < 9999);
}

/// <summary>A proxy's cache hits and misses since it started.</summary>
public sealed record CacheReport(long Hits, long Misses);

/// <summary>How far a mirror is.</summary>
public sealed record MirrorReport(int ProjectsDone, int ProjectsTotal, DateTimeOffset? LastSync);

/// <summary>The state of a proxy's upstream.</summary>
/// <param name="Reachable">Whether the last request to it succeeded; true before the first request.</param>
/// <param name="LastSuccess">The time of its last response.</param>
/// <param name="LastError">The server's message about the last failure.</param>
public sealed record UpstreamReport(bool Reachable, DateTimeOffset? LastSuccess, string? LastError = null);

/// <summary>A server's report of its bucket.</summary>
/// <param name="ConditionalWrites">
/// Whether the service heeds conditions of writes, by which several replicas agree; null: not known.
/// </param>
/// <param name="Code">The service's code for why it refuses the bucket, as <c>NoSuchBucket</c>; null: none.</param>
/// <param name="Message">The problem, and its remedy; null if all is well.</param>
public sealed record StorageReport(bool? ConditionalWrites, string? Code, string? Message)
{
    /// <summary>Whether the server can't use the bucket.</summary>
    public bool IsRefused => !string.IsNullOrEmpty(Code) || !string.IsNullOrEmpty(Message);

    /// <summary>The code and the message, in which the server may already name the code.</summary>
    public string Refusal
    {
        get
        {
            const string Prefix = "can't be opened: ";
            var message = Message?.StartsWith(Prefix, StringComparison.Ordinal) is true ? Message[Prefix.Length..] : Message;
            var isNamed = string.IsNullOrEmpty(Code) || message?.StartsWith(Code, StringComparison.Ordinal) is true;
            return string.Join(": ", new[] { isNamed ? null : Code, message }.Where(part => !string.IsNullOrEmpty(part)));
        }
    }
}
