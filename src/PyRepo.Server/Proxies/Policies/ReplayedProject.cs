using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Replays the downloads of one project.</summary>
/// <param name="recorded">The downloads.</param>
/// <param name="now">The time of the replay, after which nothing is known.</param>
sealed class ReplayedProject(RecordedProject recorded, DateTimeOffset now)
{
    /// <summary>The page under the candidate, or null if it is not kept.</summary>
    public required ReplayedPage? Candidate { get; init; }

    /// <summary>The page under the policy in force, or null if it is not kept.</summary>
    public required ReplayedPage? InForce { get; init; }

    /// <summary>The downloads of releases that are on no page that is kept.</summary>
    public long NotJudged { get; private set; }

    /// <summary>Returns the releases of a project that the candidate does not know at all.</summary>
    public static IEnumerable<ReplayedRelease> ReplayUnknown(RecordedProject recorded, Verdict verdict) =>
        recorded.Releases.Select(release => new ReplayedRelease(recorded.Project, release.Version, release.Downloads)
        {
            Refused = release.Downloads,
            Verdict = verdict,
        });

    /// <summary>Returns the releases of which the candidate would have refused something.</summary>
    public List<ReplayedRelease> Replay()
    {
        var found = new Dictionary<RecordedRelease, ReplayedRelease>();
        // Day by day, so that the page is judged again only where time has changed a verdict.
        foreach (var day in recorded.Days)
        {
            var moment = GetEnd(day.Key);
            foreach (var (release, downloads) in day)
            {
                if (Candidate?.Judge(release.Key, moment) is not { } verdict)
                    NotJudged += downloads;
                else if (verdict.Longest is not null)
                    found[release] = Add(Get(found, release, verdict.Longest), verdict, downloads, moment);
            }
        }
        return [.. found.Values];
    }

    ReplayedRelease Get(Dictionary<RecordedRelease, ReplayedRelease> found, RecordedRelease release, Verdict verdict) =>
        found.GetValueOrDefault(release) ?? new(recorded.Project, release.Version, release.Downloads)
        {
            Verdict = verdict,
            IsHiddenAlready = InForce?.Judge(release.Key, now) is { IsRefused: true },
        };

    ReplayedRelease Add(ReplayedRelease release, ReleaseVerdict verdict, long downloads, DateTimeOffset moment)
    {
        if (!verdict.IsRefused)
        {
            return release.Refused > 0 ? release with { InPart = release.InPart + downloads } : release with
            {
                InPart = release.InPart + downloads,
                Verdict = verdict.Longest!,
                Instead = Candidate!.FindNewest(moment),
            };
        }
        return release with
        {
            Refused = release.Refused + downloads,
            Verdict = verdict.Longest!,
            Instead = Candidate!.FindNewest(moment),
        };
    }

    /// <summary>Returns the last moment of a day, or of what is known of it.</summary>
    DateTimeOffset GetEnd(DateOnly day)
    {
        var end = new DateTimeOffset(day, TimeOnly.MaxValue, TimeSpan.Zero);
        return end < now ? end : now;
    }
}

/// <summary>A release of which a policy would have refused something.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Downloads">How often it was downloaded.</param>
sealed record ReplayedRelease(ProjectName Project, string Version, long Downloads)
{
    /// <summary>How many of the downloads would have been refused: nothing of the release was visible.</summary>
    public long Refused { get; init; }

    /// <summary>How many may have been: some files of the release were visible, and others hidden.</summary>
    public long InPart { get; init; }

    /// <summary>The verdict that hid it, at the last of these downloads.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The newest version that would have been served then, or null if there was none.</summary>
    public string? Instead { get; init; }

    /// <summary>Whether the policy in force hides it now, so that the candidate changes nothing.</summary>
    public bool IsHiddenAlready { get; init; }
}
