namespace PyRepo.Operator.Status;

/// <summary>How one repository fares, in a server's words.</summary>
public sealed record RepositoryReport
{
    public string Kind { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public string? Uid { get; init; }

    public long? Generation { get; init; }

    public bool Ready { get; init; }

    /// <summary>Why it is not ready.</summary>
    public string? Message { get; init; }

    /// <summary>Whether the server found something that it can't open, in its words; it tries on.</summary>
    public bool CannotBeOpened => !Ready && Message?.StartsWith("can't be opened", StringComparison.Ordinal) is true;

    public int Projects { get; init; }

    public long Files { get; init; }

    /// <summary>In bytes.</summary>
    public long Size { get; init; }

    public UpstreamReport? Upstream { get; init; }

    public MirrorReport? Mirror { get; init; }

    public CacheReport? Cache { get; init; }
}
