using PyRepo.Packaging.Names;

namespace PyRepo.Server.Upstream;

/// <summary>
/// Whether an upstream answers at all. One whose credentials have expired, or whose URL is wrong, may answer 404 or 403
/// for every project, and then has not said that it lacks one.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="probe">
/// Asks upstream for its list of projects, or for the page of a project. It returns null if upstream sends that, and
/// otherwise why not.
/// </param>
sealed class UpstreamProof(TimeProvider clock, Func<ProjectName?, Task<string?>> probe)
{
    /// <summary>How long a probe that failed is not repeated.</summary>
    static readonly TimeSpan _failurePause = TimeSpan.FromSeconds(5);

    volatile Answered? _last;
    volatile Failed? _failure;

    /// <summary>All probes are the same query.</summary>
    SharedQueries<bool, string?> Probes => field ??= new(_ => ProbeAsync(), clock);

    /// <summary>The project that the resource names for the time before upstream has sent any page.</summary>
    public ProjectName? Named { get; set; }

    /// <summary>
    /// Whether upstream is one page of all projects' files. What is not on it is proved by the page itself.
    /// </summary>
    public bool IsInList { get; set; }

    /// <summary>Notes that upstream has sent its list, or the page of a project.</summary>
    public void Note(ProjectName? project)
    {
        _last = new Answered(project ?? _last?.Project, clock.GetTimestamp());
        _failure = null;
    }

    /// <summary>Forgets what was proved, because another upstream is asked from now on, or as somebody else.</summary>
    public void Forget() => (_last, _failure) = (null, null);

    /// <summary>Returns the evidence that upstream lacks a project, if it has answered within a time.</summary>
    public UpstreamAbsence? Find(TimeSpan within) =>
        IsInList || (_last is { } last && clock.GetElapsedTime(last.At) < within) ? new UpstreamAbsence() : null;

    /// <summary>
    /// Returns the evidence that upstream lacks a project, after it has said so. If upstream has not answered anything
    /// else within a time, it is asked for its list, and then for a page that it had.
    /// </summary>
    /// <param name="within">The time, or null if upstream has to answer now.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UpstreamUnavailableException">Upstream does not answer.</exception>
    public async Task<UpstreamAbsence> RequireAsync(TimeSpan? within, CancellationToken cancellationToken)
    {
        if (Find(within ?? TimeSpan.Zero) is { } proved)
            return proved;
        if (_failure is { } failure && PassedProxies.Current.IsEmpty && clock.GetElapsedTime(failure.At) < _failurePause)
            throw Unproved(failure.Reason);
        if (await Probes.AskAsync(true, cancellationToken) is { } reason)
            throw Unproved(reason);
        return new UpstreamAbsence();
    }

    async Task<string?> ProbeAsync()
    {
        var reason = await probe(null);
        if (reason is not null && Named is { } named)
            reason = await probe(named);
        if (reason is not null && _last?.Project is { } worked && worked != Named)
            reason = await probe(worked);
        // A request that claims to have passed other proxies may have made the failure up, a loop.
        if (reason is not null && PassedProxies.Current.IsEmpty)
            _failure = new Failed(reason, clock.GetTimestamp());
        return reason;
    }

    static UpstreamUnavailableException Unproved(string reason) => new(
        $"Upstream says that there is no such project, but does not prove that it has any: {reason}")
    {
        IsUnprovedAbsence = true,
    };

    /// <param name="Project">The last project whose page upstream sent, or null.</param>
    /// <param name="At">When upstream last sent something.</param>
    sealed record Answered(ProjectName? Project, long At);

    sealed record Failed(string Reason, long At);
}
