using System.Runtime.CompilerServices;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>Reads several lists of projects as one. Each is in the order of the names.</summary>
static class MirrorMerge
{
    /// <summary>Reads the projects in the order of their names. What a later list says of a project counts.</summary>
    public static async IAsyncEnumerable<MirroredProject> ReadAsync(
        IReadOnlyList<IAsyncEnumerable<MirroredProject>> lists,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new List<IAsyncEnumerator<MirroredProject>>();
        try
        {
            foreach (var list in lists)
            {
                var projects = list.GetAsyncEnumerator(cancellationToken);
                open.Add(projects);
                if (await projects.MoveNextAsync())
                    continue;
                open.Remove(projects);
                await projects.DisposeAsync();
            }
            while (open.Count > 0)
            {
                var next = open[0].Current;
                foreach (var projects in open)
                    next = string.CompareOrdinal(projects.Current.Name, next.Name) <= 0 ? projects.Current : next;
                yield return next;
                for (var i = open.Count - 1; i >= 0; i--)
                {
                    if (open[i].Current.Name != next.Name || await open[i].MoveNextAsync())
                        continue;
                    await open[i].DisposeAsync();
                    open.RemoveAt(i);
                }
            }
        }
        finally
        {
            foreach (var projects in open)
                await projects.DisposeAsync();
        }
    }
}
