using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Repositories;

/// <summary>One file of a release, with everything that a page lists about it.</summary>
public sealed record Distribution
{
    /// <summary>The parsed file name.</summary>
    public required DistributionFileName Name { get; init; }

    /// <summary>The size in bytes, or null if upstream does not report it and the file is not cached yet.</summary>
    public required long? Size { get; init; }

    /// <summary>
    /// The SHA-256 of the bytes, or null if upstream does not report it and the file is not cached yet.
    /// </summary>
    public required Sha256Digest? Sha256 { get; init; }

    /// <summary>The strongest other digest that upstream reports, if it reports no SHA-256.</summary>
    public FileHashes OtherHashes { get; init; }

    /// <summary>
    /// The SHA-256 of the core metadata file, if it is offered
    /// (<see href="https://peps.python.org/pep-0658/">PEP 658</see>).
    /// </summary>
    public Sha256Digest? CoreMetadata { get; init; }

    /// <summary>
    /// The reference to its provenance (<see href="https://peps.python.org/pep-0740/">PEP 740</see>), or null if it has
    /// none. Only the file's own repository can interpret it: a digest, or a URL of upstream.
    /// </summary>
    public string? Provenance { get; init; }

    /// <summary>
    /// The outcome of the verification of its attestations, or null if nobody has verified them, or looked for any. A
    /// hosted repository verifies them only to explain a file.
    /// </summary>
    public VerifiedProvenance? Verified { get; init; }

    /// <summary>The findings of the release guard, or null if none looks.</summary>
    public GuardOutcome? Guard { get; init; }

    /// <summary>The MD5 and BLAKE2b-256 digests in hexadecimal, if the upload included them.</summary>
    public string? Md5 { get; init; }

    /// <inheritdoc cref="Md5"/>
    public string? Blake2b256 { get; init; }

    /// <summary>The value of <c>Requires-Python</c>.</summary>
    public string? RequiresPython
    {
        get;
        init => field = value is { Length: <= ServerLimits.MaxRequiresPythonLength } ? value : null;
    }

    /// <summary>
    /// When the file was uploaded to its original index, or else when this proxy first saw it; null if neither is
    /// known.
    /// </summary>
    public required DateTimeOffset? UploadedAt { get; init; }

    /// <summary>Whether <see cref="UploadedAt"/> is when this proxy first saw the file.</summary>
    public bool IsDatedByFirstSight { get; init; }

    /// <summary>
    /// The time from which its age counts, or null if it is not known. It is not before a reading of upstream's page
    /// in which the file was absent, whatever upstream says about its upload.
    /// </summary>
    public DateTimeOffset? AvailableSince { get; init; }

    /// <summary>Whether a proxy has its bytes, whose own metadata, or their absence, then count.</summary>
    public bool IsCached { get; init; }

    /// <summary>When upstream was found to have removed the file, although it is cached, or null.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>Whether upstream had quarantined its project when it removed the file.</summary>
    public bool WasQuarantined { get; init; }

    /// <summary>When the repository's record received the file.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>
    /// Why the file was yanked, or null if it was not. The reason may be empty
    /// (<see href="https://peps.python.org/pep-0592/">PEP 592</see>).
    /// </summary>
    public string? Yanked
    {
        get;
        init => field = ShortText.Shorten(value);
    }

    /// <summary>When it was yanked, or null if that is not known.</summary>
    public DateTimeOffset? YankedAt { get; init; }

    /// <summary>The user who yanked it, or null if that is not known.</summary>
    public string? YankedBy { get; init; }

    /// <summary>The user who uploaded it to this repository, or null if it comes from elsewhere.</summary>
    public string? UploadedBy { get; init; }

    /// <summary>The project's name as the file's metadata spells it, or null if that is not known.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The summary in the file's metadata, or null if that is not known.</summary>
    public string? Summary { get; init; }

    /// <summary>The location of the bytes, which only the file's own repository can interpret.</summary>
    public required string Location { get; init; }

    /// <summary>The URL of the bytes at a proxy's upstream, or null if it is not known.</summary>
    public string? UpstreamUrl { get; init; }

    /// <summary>Whether pages link to the file's <see cref="FileAlias"/>, if it has one.</summary>
    public bool IsLinkedAtUpstream { get; init; }

    /// <summary>
    /// When the file at <see cref="Location"/> was last changed, or null if only the server can change it.
    /// </summary>
    public DateTimeOffset? FileTime { get; init; }

    /// <summary>
    /// The order of files on a page: invalid versions come first, then versions in ascending order; files of the same
    /// version are sorted by name.
    /// </summary>
    public static Comparer<Distribution> PageOrder { get; } = Comparer<Distribution>.Create((a, b) =>
    {
        var order = Comparer<PythonVersion?>.Default.Compare(a.Name.Version, b.Name.Version);
        if (order == 0 && a.Name.Version is null)
            order = string.CompareOrdinal(a.Name.VersionText, b.Name.VersionText);
        return order != 0 ? order : string.CompareOrdinal(a.Name.FileName, b.Name.FileName);
    });
}
