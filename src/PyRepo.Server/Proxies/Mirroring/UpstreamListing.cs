using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>Finds out which projects to mirror, and notes what upstream lists about them.</summary>
/// <param name="upstream">The upstream.</param>
/// <param name="cached">The proxy, which has kept its pages.</param>
/// <param name="scope">The scope of the mirror.</param>
/// <param name="isMirrored">Whether a project is in the scope, and nothing but upstream's business.</param>
sealed class UpstreamListing(
    SimpleClient upstream, CachedRepository cached, MirrorScope scope, Predicate<ProjectName> isMirrored)
{
    /// <summary>Asks upstream for its list, unless the scope names a few projects or the list did not change.</summary>
    /// <param name="state">The progress so far. It gets the projects, and loses those that are gone.</param>
    /// <param name="version">The versions of scope and policy. A list that was read for others is of no use.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="Egress.UpstreamUnavailableException">Upstream does not say what it has.</exception>
    public async Task ReadAsync(MirrorState state, string version, CancellationToken cancellationToken)
    {
        if (scope.Named is { } named)
        {
            var projects = named.Where(name => isMirrored(name)).Order().Select(name => (name, (long?)null));
            await NoteAsync(state, projects, isWhole: false, cancellationToken);
            state.Header = new MirrorHeader { Upstream = state.Header.Upstream, LastSync = state.Header.LastSync };
            return;
        }
        var known = state.Header.ListedFor == version ? state.Header : new MirrorHeader();
        var validators = known is { ListETag: null, ListLastModified: null }
            ? null : new PageValidators(known.ListETag, known.ListLastModified);
        if (await upstream.ListAsync(validators, cancellationToken, known.ListSerial) is not var (list, listed))
            return;
        // There may be a million, which are not copied.
        var mirrored = UpstreamSnapshot.GetSerials(list).Where(each => isMirrored(each.Name));
        await NoteAsync(state, mirrored, isWhole: true, cancellationToken);
        state.Header = state.Header with
        {
            ListETag = listed.ETag,
            ListLastModified = listed.LastModified,
            ListSerial = list.LastSerial,
            ListedFor = version,
            Missing = [.. scope.Missing(mirrored.Select(each => each.Name))],
        };
    }

    /// <summary>Notes what differs between upstream's projects and those that are known, both in order.</summary>
    async Task NoteAsync(
        MirrorState state, IEnumerable<(ProjectName Name, long? Serial)> listed, bool isWhole,
        CancellationToken cancellationToken)
    {
        using var next = listed.GetEnumerator();
        var isThere = next.MoveNext();
        await foreach (var known in state.ReadAsync(cancellationToken))
        {
            for (; isThere && string.CompareOrdinal(next.Current.Name.Value, known.Name) < 0; isThere = next.MoveNext())
                await AddAsync(state, next.Current.Name, next.Current.Serial);
            if (isThere && next.Current.Name.Value == known.Name)
            {
                if (known.Listed != next.Current.Serial)
                    await state.AddAsync(known with { Listed = next.Current.Serial });
                isThere = next.MoveNext();
            }
            else if (isWhole)
                await RemoveAsync(state, known);
        }
        for (; isThere; isThere = next.MoveNext())
            await AddAsync(state, next.Current.Name, next.Current.Serial);
    }

    static ValueTask AddAsync(MirrorState state, ProjectName project, long? serial) =>
        state.AddAsync(new MirroredProject { Name = project.Value, Listed = serial });

    /// <summary>A project that upstream no longer lists may be gone. Its page says so once it is reread.</summary>
    async Task RemoveAsync(MirrorState state, MirroredProject known)
    {
        if (known.Listed is not null)
            await cached.GetFromUpstreamAsync(ProjectName.Parse(known.Name), null);
        await state.AddAsync(new MirroredProject { Name = known.Name, IsRemoved = true });
    }
}
