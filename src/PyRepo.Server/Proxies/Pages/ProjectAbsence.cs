using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>Decides whether an upstream lacks a project, after it has said so.</summary>
/// <param name="project">The project.</param>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class ProjectAbsence(ProjectName project, CachedProjects shared)
{
    /// <summary>
    /// Returns the evidence again, without asking upstream, if it has answered something else within a time.
    /// </summary>
    /// <param name="given">The result of <see cref="RequireAsync"/>, or null.</param>
    /// <param name="within">The time.</param>
    public Absence? Renew(Absence? given, TimeSpan within) =>
        given is not null && shared.Upstream.Proof.Find(within) is { } evidence && evidence == given ? evidence : null;

    /// <summary>
    /// Returns the evidence that upstream does not have the project. If it once had the project, it has to prove now
    /// that it answers: its credentials may just have expired.
    /// </summary>
    /// <param name="proof">Whether the upstream that said so answers at all.</param>
    /// <param name="answer">The answer of upstream.</param>
    /// <param name="hasPage">Whether its page is cached.</param>
    /// <param name="within">The time within which upstream must have answered something else.</param>
    /// <exception cref="UpstreamUnavailableException">Upstream does not answer, or refuses what it had.</exception>
    public async Task<Absence> RequireAsync(UpstreamProof proof, UpstreamPage answer, bool hasPage, TimeSpan within)
    {
        var wasSeen = hasPage || await WasSeenAsync();
        if (wasSeen && answer is UpstreamPage.Refused(var message))
            throw new UpstreamUnavailableException(message);
        // All of a host may be redirected from one moment to the next, while it is maintained, say.
        if (answer is UpstreamPage.Refused { IsRedirect: true })
            within = TimeSpan.Zero;
        return await proof.RequireAsync(project, wasSeen, within, shared.Documents.LastUsed, CancellationToken.None);
    }

    /// <summary>
    /// Whether upstream once had the project, even if its page has been evicted, or another replica had it.
    /// </summary>
    async Task<bool> WasSeenAsync()
    {
        if (shared.Records.Find(project) is not null || shared.Seen.Contains(project))
            return true;
        try
        {
            if (!shared.Records.IsShared)
                return await shared.Records.FindListedAsync(project, CancellationToken.None) is not null;
            if (await shared.Records.FindAsync(project, CancellationToken.None) is not null)
                return true;
            await shared.Seen.ReadAsync(CancellationToken.None);
            return shared.Seen.Contains(project);
        }
        catch (IOException error)
        {
            const string message = "It is not known whether upstream had the project";
            throw new UpstreamUnavailableException($"{message}.") { Detail = $"{message}: {error.Message}" };
        }
    }
}
