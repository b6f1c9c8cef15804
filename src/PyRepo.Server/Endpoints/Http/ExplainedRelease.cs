using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>A release, whose files have the outcomes for their attestations as far as somebody knows them.</summary>
/// <param name="Release">The release.</param>
/// <param name="IsFinal">Whether it would be the same if it were asked for again.</param>
readonly record struct ExplainedRelease(Release Release, bool IsFinal)
{
    /// <summary>Asks the repository about a release that the caller may read, unless its files say it all.</summary>
    /// <returns>The release as it was if there is no answer: a page is better without verdicts than an error.</returns>
    public static async Task<ExplainedRelease> FindAsync(
        RepositoryRequest request, ProjectName project, Release release)
    {
        if (!release.Files.Exists(file => file is { Provenance: not null, Verified: null }))
            return new(release, IsFinal: true);
        if (await AskAsync(request, project, release.Version) is not { } known)
            return new(release, IsFinal: false);
        // What another member has under the same name has other bytes.
        var explained = known.Snapshot.Files.OfVersion(release.Version)
            .DistinctBy(file => file.Name.FileName).ToDictionary(file => file.Name.FileName, StringComparer.Ordinal);
        return new(
            release with { Files = release.Files.ConvertAll(file => Add(explained, file)) },
            explained.Values.All(file => file.Verified is not { Verdict: ProvenanceVerdict.Pending }));
    }

    static async Task<ProjectAnswer.Known?> AskAsync(RepositoryRequest request, ProjectName project, string version)
    {
        try
        {
            return (await FoundProject.ExplainAsync(request, project, version)).Answer as ProjectAnswer.Known;
        }
        catch (Exception error) when (error is RejectedException or IOException)
        {
            return null;
        }
    }

    static Distribution Add(Dictionary<string, Distribution> explained, Distribution file) =>
        file.Verified is null && explained.TryGetValue(file.Name.FileName, out var found)
            && found is { Verified: { } verdict, Sha256: { } sha256 } && sha256 == file.Sha256
                ? file with { Verified = verdict }
                : file;
}
