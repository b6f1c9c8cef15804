using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// The repositories that the request router serves. A changed configuration replaces all of them, and each request sees
/// either the old or the new ones.
/// </summary>
sealed class RepositoryRegistry
{
    FrozenDictionary<string, RepositoryRegistration> _byName = FrozenDictionary<string, RepositoryRegistration>.Empty;
    FrozenSet<string> _hosts = FrozenSet<string>.Empty;
    RepositoryRegistration? _root;

    /// <summary>Called with all repositories after they were replaced.</summary>
    public Action<IReadOnlySet<IRepository>>? Replaced { get; set; }

    /// <summary>All repositories, ordered by name.</summary>
    public IReadOnlyCollection<RepositoryRegistration> All =>
        [.. _byName.Values.OrderBy(r => r.Name, StringComparer.Ordinal)];

    /// <summary>Whether a resource says that clients reach it by a host.</summary>
    public bool DeclaresHost(string host) => Volatile.Read(ref _hosts).Contains(host);

    /// <summary>Replaces all repositories.</summary>
    /// <param name="repositories">The repositories.</param>
    /// <param name="root">
    /// The only repository to serve, at the root and below its base path. If it is null, each repository is served at
    /// <c>/NAME/</c>.
    /// </param>
    public void Replace(IEnumerable<RepositoryRegistration> repositories, RepositoryRegistration? root)
    {
        Volatile.Write(ref _byName, repositories.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal));
        Volatile.Write(ref _hosts, _byName.Values.Select(each => each.DeclaredHost).OfType<string>()
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase));
        Volatile.Write(ref _root, root);
        Replaced?.Invoke(_byName.Values.Select(r => r.Repository).ToHashSet());
    }

    /// <summary>Finds the repository for a path, and the rest of the path below the repository's base path.</summary>
    public bool TryFind(string path, [NotNullWhen(true)] out RepositoryRegistration? repository, out string rest)
    {
        rest = "";
        repository = Volatile.Read(ref _root);
        if (repository is not null)
        {
            rest = path.StartsWith(repository.BasePath, StringComparison.Ordinal)
                ? path[repository.BasePath.Length..]
                : repository.BasePath.AsSpan()[..^1].SequenceEqual(path) ? "" : path.TrimStart('/');
            return true;
        }
        // The path of "OPTIONS *" is empty.
        if (path.Length == 0)
            return false;
        var end = path.IndexOf('/', 1);
        var name = end < 0 ? path.AsSpan(1) : path.AsSpan(1, end - 1);
        if (!_byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out repository))
            return false;
        rest = end < 0 ? "" : path[(end + 1)..];
        return true;
    }
}
