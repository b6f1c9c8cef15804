using PyRepo.Server.Content.Releases;

namespace PyRepo.Server.Hosted.Retention;

/// <summary>How many releases are newer than one, without those that are yanked.</summary>
/// <param name="Finals">Those that are no pre-release and no development release.</param>
/// <param name="FinalsAndPrereleases">Those that are no development release.</param>
/// <param name="Developments">Those that are one.</param>
readonly record struct NewerReleases(int Finals, int FinalsAndPrereleases, int Developments)
{
    /// <summary>Returns the counts for the next older release.</summary>
    public NewerReleases With(Release release)
    {
        if (release.IsYanked)
            return this;
        // A version that cannot be ordered is no final, and no development release.
        return release.Parsed switch
        {
            { IsDevrelease: true } => this with { Developments = Developments + 1 },
            { IsPrerelease: false } => this with
            {
                Finals = Finals + 1,
                FinalsAndPrereleases = FinalsAndPrereleases + 1,
            },
            _ => this with { FinalsAndPrereleases = FinalsAndPrereleases + 1 },
        };
    }
}
