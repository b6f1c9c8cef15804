using System.Text.Json.Serialization;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>When and how a page was fetched.</summary>
/// <remarks>Generated JSON readers set missing properties to null, regardless of the initializer.</remarks>
sealed record CachedPageMetadata
{
    /// <summary>
    /// The format of pages that this server saves. It goes up when more of upstream's page is kept, and not for what the
    /// proxy itself finds out.
    /// </summary>
    public const int CurrentFormat = 1;

    /// <summary>
    /// The format in which the page was saved. One in an older format may lack what upstream's page has: when it is no
    /// longer fresh, the whole page is fetched.
    /// </summary>
    public int Format { get; init; }

    /// <summary>When upstream last confirmed the page.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Whether upstream reported that there is no such project.</summary>
    public bool NotKnown { get; init; }

    /// <summary>The URL of the upstream that the page is of, or null if an older version saved it.</summary>
    public string? Upstream { get; init; }

    public string? ETag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>
    /// Goes up with each different page, and never occurs twice: a part of <c>ProjectSnapshot.Version</c>.
    /// </summary>
    public long Serial { get; init; }

    /// <inheritdoc cref="FileDates.FirstSeen"/>
    public Dictionary<string, DateTimeOffset> FirstSeen { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="FileDates.ServedDates"/>
    public Dictionary<string, DateTimeOffset> ServedDates { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="FileDates.YankedAt"/>
    public Dictionary<string, DateTimeOffset> YankedAt { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="FileDates.RemovedAt"/>
    public Dictionary<string, DateTimeOffset> RemovedAt { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="FileDates.RemovedYanks"/>
    public Dictionary<string, string> RemovedYanks { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="FileDates.RemovedUrls"/>
    public Dictionary<string, string> RemovedUrls { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="FileDates.Quarantined"/>
    public HashSet<string> Quarantined { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The files that the page had earlier, with the strongest hash of each: <c>sha256=…</c>. They are not new when
    /// they come back.
    /// </summary>
    public Dictionary<string, string> FormerFiles { get; init => field = value ?? []; } = [];

    /// <summary>The files that upstream replaced under their names, by name. Some may be gone.</summary>
    public Dictionary<string, ChangedBytes> Changed { get; init => field = value ?? []; } = [];

    /// <summary>The files whose attestations have been verified, by name.</summary>
    public Dictionary<string, VerifiedFile> Verified { get; init => field = value ?? []; } = [];

    /// <summary>When attestations of the project were first looked for, or null if they never were.</summary>
    public DateTimeOffset? VerifiedSince { get; init; }

    /// <summary>The publishers that have attested files of this page, or of earlier ones.</summary>
    public IReadOnlyList<AttestingPublisher> Publishers { get; init => field = value ?? []; } = [];

    /// <summary>The files that were inspected for the release guard, by name.</summary>
    public Dictionary<string, InspectedFile> Inspected { get; init => field = value ?? []; } = [];

    /// <summary>When the release guard first looked at the project, or null if it never did.</summary>
    public DateTimeOffset? GuardedSince { get; init; }

    /// <summary>The project in use whose name is one typo away, or null.</summary>
    public string? LookAlike { get; init; }

    /// <summary>
    /// If the page was evicted, the fingerprints of its files (<see cref="Pages.EvictedFiles"/>), in Base64. They, and
    /// what upstream does not say, are left of it.
    /// </summary>
    public string? EvictedFiles { get; init; }

    /// <summary>How many bytes each of those files takes, or 0 if an older version saved them.</summary>
    public int EvictedLength { get; init; }

    /// <summary>
    /// Returns when a file was first seen, or null if that is not known. Of a page that was evicted, a date that was
    /// served is kept once.
    /// </summary>
    public DateTimeOffset? FindFirstSeen(string fileName) =>
        FirstSeen.TryGetValue(fileName, out var seen) || (IsEvicted && ServedDates.TryGetValue(fileName, out seen))
            ? seen : null;

    /// <summary>Whether the page was evicted.</summary>
    [JsonIgnore]
    public bool IsEvicted => EvictedFiles is not null;

    /// <summary>Whether there is something that cannot be had from upstream again.</summary>
    [JsonIgnore]
    public bool HasHistory =>
        YankedAt.Count + ServedDates.Count + RemovedAt.Count + RemovedYanks.Count + FormerFiles.Count
            + RemovedUrls.Count + Quarantined.Count + Publishers.Count + Changed.Count > 0
        || Inspected.Values.Any(file => file.IsNotable)
        || Verified.Values.Any(file => file.Outcome.Verdict is ProvenanceVerdict.Verified)
        || FirstSeen.Values.Any(t => t != CheckedAt);

    /// <summary>The dates of the page's files.</summary>
    [JsonIgnore]
    public FileDates Dates => new()
    {
        FirstSeen = FirstSeen,
        ServedDates = ServedDates,
        YankedAt = YankedAt,
        RemovedAt = RemovedAt,
        RemovedYanks = RemovedYanks,
        RemovedUrls = RemovedUrls,
        Quarantined = Quarantined,
        ReadAt = CheckedAt,
    };
}
