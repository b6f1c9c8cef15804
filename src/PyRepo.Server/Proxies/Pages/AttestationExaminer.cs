using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Verifies the attestations of files: those that became available last come first, for they are the ones that may be
/// held; and with them the first one, whose publisher the others are compared with.
/// </summary>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class AttestationExaminer(CachedProjects shared) : IExaminer<VerifiedFile>
{
    /// <inheritdoc/>
    public string Work => "verified";

    /// <inheritdoc/>
    public int FirstCount => 16;

    /// <inheritdoc/>
    public bool IsAwaited => shared.Documents.Settings.Provenance is { IsAwaited: true };

    /// <inheritdoc/>
    public SemaphoreSlim Turns => shared.Verifying;

    /// <inheritdoc/>
    public IReadOnlyList<Distribution> FindPending(ProjectSnapshot project) =>
    [
        .. project.Files.Select(file => file.Distribution)
            .Where(file => file.Verified is { Verdict: ProvenanceVerdict.Pending }),
    ];

    /// <inheritdoc/>
    /// <remarks>Of a project with too many, the newest few are always chosen.</remarks>
    public List<Distribution> Choose(ProjectSnapshot project, List<Distribution> due, int count, bool isFirst)
    {
        var verified = project.Files.Count(file => file.Distribution.Verified?.Verdict
            is ProvenanceVerdict.Verified or ProvenanceVerdict.Refused);
        var room = ServerLimits.MaxVerifiedFiles - verified;
        count = room > 0 ? Math.Min(count, room) : isFirst ? FirstCount : 0;
        due = [.. due.OrderByDescending(file => file.AvailableSince ?? DateTimeOffset.MaxValue)];
        return count == 0 ? [] : due.Count <= count ? due : [due[^1], .. due.Take(count - 1)];
    }

    /// <inheritdoc/>
    public Task<ExaminedBatch<VerifiedFile>> ExamineAsync(
        ProjectSnapshot project, IReadOnlyList<Distribution> files) => shared.Provenance.VerifyAsync(files);
}

/// <summary>The attestations of upstream's files.</summary>
interface IUpstreamProvenance
{
    /// <summary>Verifies the attestations of files that have some. It may ask upstream.</summary>
    Task<ExaminedBatch<VerifiedFile>> VerifyAsync(IReadOnlyList<Distribution> files);
}
