using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Content.Repositories;

/// <summary>An immutable view of a project's content.</summary>
public sealed record ProjectSnapshot
{
    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>
    /// Equal versions of one project mean equal content. A snapshot as of a date has the version of the current one
    /// that it was made from: equal versions and dates mean equal content.
    /// </summary>
    public required string Version { get; init; }

    /// <summary>When a rule that depends on the time changes its verdict next, or null if none will.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>
    /// PyPI's <c>_last-serial</c>: hosted, the time of the last change in microseconds, as <see cref="ListSerials"/>
    /// has it; proxied, what upstream says. Null if upstream says nothing, or if several repositories may answer, whose
    /// numbers cannot be compared.
    /// </summary>
    public long? Serial { get; init; }

    /// <summary>Since when upstream has been unavailable, or null if the snapshot is fresh.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public ProjectStatus Status { get; init; }

    /// <summary>Why the project has that status.</summary>
    public string? StatusReason
    {
        get;
        init => field = ShortText.Shorten(value);
    }

    /// <summary>All files, each with its visibility, sorted by version and then by name.</summary>
    public required SnapshotFileCollection Files { get; init; }

    /// <summary>The files that a page shows.</summary>
    public IEnumerable<Distribution> Visible =>
        Status is ProjectStatus.Quarantined ? [] : Files.Where(f => f.IsVisible).Select(f => f.Distribution);

    /// <summary>
    /// Tells apart what the snapshots of one version show as of different dates: which files, which are yanked and why,
    /// and the serial. What else a page shows of a file that an event can change later must be a part of it, too.
    /// </summary>
    public string FingerprintOfFiles()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(Serial ?? -1));
        foreach (var file in Visible)
        {
            hash.AppendData(MemoryMarshal.AsBytes(file.Name.FileName.AsSpan()));
            hash.AppendData(BitConverter.GetBytes(file.Yanked?.Length ?? -1));
            hash.AppendData(MemoryMarshal.AsBytes(file.Yanked.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Returns a copy that is marked as stale.</summary>
    public ProjectSnapshot AsStale(DateTimeOffset since) => this with { StaleSince = since };

    /// <summary>Finds a visible file by its exact name.</summary>
    public Distribution? FindVisible(string fileName) =>
        Status is ProjectStatus.Quarantined ? null : Files.FindVisible(fileName);
}
