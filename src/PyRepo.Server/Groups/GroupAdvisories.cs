using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>
/// The advisories of a group's members. Those of a proxy say nothing about a project that a hosted repository before it
/// has: its files are others, whatever their name is.
/// </summary>
/// <param name="members">The members, in the order of their priority.</param>
/// <param name="precedence">Decides which members provide a project.</param>
sealed class GroupAdvisories(ImmutableArray<Member> members, Precedence precedence) : IAdvisoryIndex
{
    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<ImmutableArray<FoundAdvisory>>?> FindAsync(
        ImmutableArray<AdvisoryQuery> queries, IMemberGuard guard, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, FoundAdvisory>?[queries.Length];
        var (isProvided, hasAny) = (new bool[queries.Length], queries.IsEmpty);
        foreach (var member in members)
        {
            var provided = Enumerable.Range(0, queries.Length)
                .Where(i => precedence.Provides(member, queries[i].Project, isProvided[i])).ToList();
            if (member.Advisories is { } index && provided.Count > 0)
                hasAny |= await AddAsync(found, member, index, queries, provided, guard, cancellationToken);
            foreach (var i in provided)
                isProvided[i] |= member.Repository.IsKnownToHave(queries[i].Project);
        }
        return hasAny ? [.. found.Select(advisories => advisories is null ? [] : Sort(advisories.Values))] : null;
    }

    /// <inheritdoc/>
    public async ValueTask<AdvisoryContent?> ReadAsync(
        string id, IMemberGuard guard, CancellationToken cancellationToken)
    {
        foreach (var member in members)
        {
            var inMember = new GuardOfMember(guard, member.Name);
            if (member.Advisories is not { } index
                || await index.ReadAsync(id, inMember, cancellationToken) is not { } content)
            {
                continue;
            }
            if (content.Projects.Any(project => precedence.MayProvide(member, project))
                && await content.ForAsync(inMember) is { } readable)
            {
                return readable;
            }
        }
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<AdvisoryContent>> ReadAliasedAsync(
        string alias, IMemberGuard guard, CancellationToken cancellationToken)
    {
        var found = new AliasedAdvisories(alias);
        foreach (var member in members)
        {
            var inMember = new GuardOfMember(guard, member.Name);
            if (member.Advisories is not { } index)
                continue;
            foreach (var content in await index.ReadAliasedAsync(alias, inMember, cancellationToken))
            {
                if (content.Projects.Any(project => precedence.MayProvide(member, project))
                    && await content.ForAsync(inMember) is { } readable)
                {
                    found.Add(readable);
                }
            }
        }
        return found.ToImmutable();
    }

    /// <returns>Whether the member may have advisories. If the caller may ask it nothing, nobody knows.</returns>
    static async Task<bool> AddAsync(
        Dictionary<string, FoundAdvisory>?[] found, Member member, IAdvisoryIndex index,
        ImmutableArray<AdvisoryQuery> queries, List<int> provided, IMemberGuard guard,
        CancellationToken cancellationToken)
    {
        var inMember = new GuardOfMember(guard, member.Name);
        var allowed = new List<int>(provided.Count);
        foreach (var i in provided)
        {
            if (await inMember.AllowsAsync([], queries[i].Project))
                allowed.Add(i);
        }
        if (allowed.Count == 0)
            return true;
        var answers = await index.FindAsync([.. allowed.Select(i => queries[i])], inMember, cancellationToken);
        if (answers is not { } known)
            return false;
        foreach (var (i, advisories) in allowed.Zip(known))
        {
            // Of two with one id, that of the member with the higher priority counts.
            foreach (var advisory in advisories)
            {
                (found[i] ??= new(StringComparer.Ordinal)).TryAdd(
                    advisory.Id, advisory with { Member = advisory.Member ?? (index, inMember) });
            }
        }
        return true;
    }

    static ImmutableArray<FoundAdvisory> Sort(IEnumerable<FoundAdvisory> advisories) =>
        [.. advisories.OrderBy(advisory => advisory.Id, StringComparer.Ordinal)];
}

/// <summary>Decides for a caller who asks a member through a group.</summary>
/// <param name="guard">Decides in the group.</param>
/// <param name="member">The name of the member.</param>
sealed class GuardOfMember(IMemberGuard guard, string member) : IMemberGuard
{
    /// <inheritdoc/>
    public ValueTask RequireAsync(ImmutableArray<string> members, ProjectName project) =>
        guard.RequireAsync(members.Insert(0, member), project);

    /// <inheritdoc/>
    public ValueTask<bool> AllowsAsync(ImmutableArray<string> members, ProjectName? project) =>
        guard.AllowsAsync(members.Insert(0, member), project);
}
