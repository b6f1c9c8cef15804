using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>Finds out which projects to mirror, and notes what upstream lists about them.</summary>
sealed class UpstreamListing(SimpleClient upstream, CachedRepository cached)
{
    /// <summary>Asks upstream for its list, unless the scope names a few projects.</summary>
    /// <param name="state">The progress so far. It gets the projects, and loses those that are gone.</param>
    /// <param name="scope">The scope of the mirror.</param>
    /// <param name="policy">The policy. A project that it does not know is none of upstream's business.</param>
    /// <returns>The state with the list's validators, and the projects.</returns>
    /// <exception cref="UpstreamUnavailableException">Upstream does not say what it has.</exception>
    public async Task<(MirrorState State, List<ProjectName> Projects)> ReadAsync(
        MirrorState state, MirrorScope scope, Policy policy, CancellationToken cancellationToken)
    {
        bool IsMirrored(ProjectName project) => scope.Contains(project) && policy.Judge(project) is null;
        if (scope.Named is { } named)
        {
            var projects = named.Where(IsMirrored).ToList();
            Note(state, projects.Select(name => (name, (long?)null)));
            return (state with { ListETag = null, ListLastModified = null, Missing = [] }, projects);
        }
        var known = GetValidators(state, scope, policy);
        if (await upstream.ListAsync(known, cancellationToken) is not var (list, validators))
            return (state, [.. state.Projects.Keys.Select(ProjectName.Parse).Where(IsMirrored)]);
        var listed = UpstreamSnapshot.GetSerials(list).Where(p => IsMirrored(p.Name)).ToList();
        var names = listed.Select(p => p.Name.Value).ToHashSet(StringComparer.Ordinal);
        await RemoveOthersAsync(state, names);
        Note(state, listed);
        return (
            state with
            {
                ListETag = validators.ETag,
                ListLastModified = validators.LastModified,
                ListedFor = GetVersion(scope, policy),
                Missing = [.. scope.Missing(names)],
            },
            [.. listed.Select(p => p.Name)]);
    }

    /// <summary>
    /// A list that did not change is of no use for another scope: the state has only what was in the last one.
    /// </summary>
    static PageValidators? GetValidators(MirrorState state, MirrorScope scope, Policy policy) =>
        state.ListedFor != GetVersion(scope, policy) || (state.ListETag is null && state.ListLastModified is null)
            ? null
            : new PageValidators(state.ListETag, state.ListLastModified);

    static string GetVersion(MirrorScope scope, Policy policy) => $"{scope.Version}/{policy.SpecVersion}";

    /// <summary>Projects that upstream no longer lists may be gone. Their pages say so once they are reread.</summary>
    async Task RemoveOthersAsync(MirrorState state, HashSet<string> listed)
    {
        foreach (var (name, known) in state.Projects.Where(p => !listed.Contains(p.Key)).ToList())
        {
            if (known.Listed is not null)
                await cached.GetFromUpstreamAsync(ProjectName.Parse(name), null);
            state.Projects.TryRemove(name, out _);
        }
    }

    static void Note(MirrorState state, IEnumerable<(ProjectName Name, long? Serial)> listed)
    {
        foreach (var (name, serial) in listed)
        {
            var before = state.Projects.GetValueOrDefault(name.Value) ?? new MirroredProject();
            state.Projects[name.Value] = before with { Listed = serial };
        }
    }
}
