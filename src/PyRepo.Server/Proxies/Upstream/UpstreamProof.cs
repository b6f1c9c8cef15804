using System.Collections.Immutable;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// Whether an upstream answers at all. One whose credentials have expired, or whose URL is wrong, may answer 404 or 403
/// for every project, and then has not said that it lacks one.
/// </summary>
/// <remarks>
/// Many an index shows its list to everybody, but its pages only to who may read them. So for a name that was once here
/// only another page counts. For a name that was never here the list counts, too, because each page that is known may
/// have been deleted; where that is not enough, the resource names a project as the probe.
/// </remarks>
/// <param name="named">The project that the resource names. If there is one, the list proves nothing.</param>
/// <param name="isInList">
/// Whether upstream is one page of all projects' files. What is not on it is proved by the page itself.
/// </param>
/// <param name="clock">The clock.</param>
/// <param name="probe">
/// Asks upstream for its list of projects, or for the page of a project. It returns null if upstream sends that, and
/// otherwise why not.
/// </param>
sealed class UpstreamProof(
    ProjectName? named, bool isInList, TimeProvider clock, Func<ProjectName?, Task<string?>> probe)
{
    /// <summary>How many pages that upstream sent are remembered: any of them may be deleted.</summary>
    const int MaxPages = 4;

    /// <summary>How long a probe that failed is not repeated.</summary>
    static readonly TimeSpan _failurePause = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    ImmutableArray<ProjectName> _pages = [];
    long? _listAt;
    long? _pageAt;
    Failed? _failure;
    Failed? _failureOfSeen;

    SharedQueries<Probed, string?> Probes => field ??= new(probed => probe(probed.Project), clock);

    /// <summary>Notes that upstream has sent its list, or the page of a project.</summary>
    public void Note(ProjectName? project)
    {
        lock (_lock)
        {
            _failure = null;
            if (project is not { } page)
            {
                _listAt = clock.GetTimestamp();
                return;
            }
            (_pageAt, _failureOfSeen) = (clock.GetTimestamp(), null);
            if (_pages is not [var last, ..] || last != page)
                _pages = [page, .. _pages.Where(each => each != page).Take(MaxPages - 1)];
        }
    }

    /// <summary>Returns the evidence that upstream lacks a project, if it has answered within a time.</summary>
    public UpstreamAbsence? Find(TimeSpan within)
    {
        lock (_lock)
        {
            return isInList || IsWithin(_pageAt) || (named is null && IsWithin(_listAt))
                ? new UpstreamAbsence(this)
                : null;
        }

        bool IsWithin(long? at) => at is { } last && clock.GetElapsedTime(last) < within;
    }

    /// <summary>
    /// Returns the evidence that upstream lacks a project, after it has said so. If it has not answered anything else
    /// within a time, or once had the project, it is asked for something that it should have.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="wasSeen">Whether upstream once had it. Then it has to send another page now.</param>
    /// <param name="within">The time, for other projects.</param>
    /// <param name="remembered">Projects that upstream had before this proxy started.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">Upstream does not answer.</exception>
    public async Task<UpstreamAbsence> RequireAsync(
        ProjectName project, bool wasSeen, TimeSpan within, Func<IEnumerable<ProjectName>> remembered,
        CancellationToken cancellationToken)
    {
        if (Find(wasSeen ? TimeSpan.Zero : within) is { } proved)
            return proved;
        if (FailureFor(wasSeen) is { } failure)
            throw Unproved(failure.Reason);
        List<string> reasons = [];
        foreach (var probed in ToProbe(project, wasSeen, remembered))
        {
            if (await Probes.AskAsync(new Probed(probed), cancellationToken) is not { } reason)
                return new UpstreamAbsence(this);
            reasons.Add(reason);
        }
        throw Unproved(NoteFailure(string.Join(' ', reasons), wasSeen));
    }

    /// <summary>Returns the projects to ask for, until upstream has one. The list is null.</summary>
    IEnumerable<ProjectName?> ToProbe(
        ProjectName project, bool wasSeen, Func<IEnumerable<ProjectName>> remembered)
    {
        if (named is not null)
            return [named];
        var pages = PagesBut(project);
        if (!wasSeen)
            return [null, .. pages];
        if (pages.IsEmpty)
            pages = [.. remembered().Where(each => each != project).Take(MaxPages - 1)];
        return pages.IsEmpty ? [null] : [.. pages];
    }

    ImmutableArray<ProjectName?> PagesBut(ProjectName project)
    {
        lock (_lock)
            return [.. _pages.Where(each => each != project)];
    }

    Failed? FailureFor(bool wasSeen)
    {
        if (!PassedProxies.Current.IsEmpty)
            return null;
        lock (_lock)
        {
            return IsRecent(_failure) ? _failure : wasSeen && IsRecent(_failureOfSeen) ? _failureOfSeen : null;
        }

        bool IsRecent(Failed? failed) =>
            failed is { At: var at } && clock.GetElapsedTime(at) < _failurePause;
    }

    string NoteFailure(string reason, bool wasSeen)
    {
        // A request that claims to have passed other proxies may have made the failure up, a loop.
        if (!PassedProxies.Current.IsEmpty)
            return reason;
        lock (_lock)
        {
            var failed = new Failed(reason, clock.GetTimestamp());
            if (wasSeen)
                _failureOfSeen = failed;
            else
                _failure = failed;
        }
        return reason;
    }

    /// <summary>The reason names what others asked for, so that clients do not read it.</summary>
    static UpstreamUnavailableException Unproved(string reason)
    {
        const string message = "Upstream says that there is no such project, but has not proved that it has any";
        return new($"{message}.") { Detail = $"{message}: {reason}", IsUnprovedAbsence = true };
    }

    /// <param name="Project">The project whose page is asked for, or null: the list.</param>
    readonly record struct Probed(ProjectName? Project);

    /// <param name="Reason">Why.</param>
    /// <param name="At">When, as the clock's timestamp.</param>
    sealed record Failed(string Reason, long At);
}

/// <summary>
/// An upstream has said that it has no such project, and answered something else recently. Only
/// <see cref="UpstreamProof"/> makes one.
/// </summary>
/// <param name="Source">The proof that made it: another upstream's proof is another.</param>
sealed record UpstreamAbsence(UpstreamProof Source) : Absence;
