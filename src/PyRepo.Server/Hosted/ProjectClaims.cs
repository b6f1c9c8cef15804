using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>
/// The names of projects of which files lie in a repository's folder or bucket, adopted or not. They are the
/// repository's, even if a file waits to be adopted or is rejected for ever: otherwise, a group would look for a private
/// name in a public index.
/// </summary>
sealed class ProjectClaims(IStore store, TimeProvider clock)
{
    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _minPause = TimeSpan.FromSeconds(2);
    static readonly TimeSpan _maxPause = TimeSpan.FromSeconds(4);
    static readonly TimeSpan _bucketPause = TimeSpan.FromSeconds(20);

    readonly SemaphoreSlim _looking = new(1, 1);
    readonly DateTimeOffset _since = clock.GetUtcNow();
    volatile Look? _last;
    volatile string? _failure;

    /// <summary>The project of each file that is adopted. Its record names the project.</summary>
    public ConcurrentDictionary<string, ProjectName> Adopted { get; } = new(StringComparer.Ordinal);

    /// <summary>The reason for each file that was rejected, and will not be adopted unless it changes.</summary>
    public ConcurrentDictionary<string, string> Rejected { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the folder or bucket was looked at.</summary>
    public bool AreKnown => _last is not null;

    /// <summary>The names, sorted, without those whose files were all adopted by then.</summary>
    public ImmutableArray<ProjectName> Names => _last?.Names ?? [];

    /// <summary>A number that changes whenever the names do.</summary>
    public long Generation => _last?.Generation ?? 0;

    /// <summary>
    /// Returns how long to pause after a look. A folder is looked at again soon, whatever that took. Each thousand
    /// objects of a bucket are a request, and take at most a twentieth of the time.
    /// </summary>
    public static TimeSpan PauseAfter(TimeSpan look, bool isLocal) => isLocal
        ? TimeSpan.FromTicks(Math.Clamp(20 * look.Ticks, _minPause.Ticks, _maxPause.Ticks))
        : TimeSpan.FromTicks(Math.Max(20 * look.Ticks, _bucketPause.Ticks));

    /// <summary>Looks at the folder or bucket. From then on, the names of what is there are known.</summary>
    public async Task<PackageListing> LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var listing = await ListAsync(cancellationToken);
            var claims = GetClaims(listing);
            ImmutableArray<ProjectName> names = [.. claims.Keys.OrderBy(name => name.Value, StringComparer.Ordinal)];
            var isSame = _last is { } last && last.Names.SequenceEqual(names);
            _last = new Look(claims, names, isSame ? Generation : Generation + 1);
            _failure = null;
            return listing;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            _failure = error.Message;
            throw;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Returns the answer for a project that has no record.</summary>
    public ProjectAnswer Find(ProjectName project)
    {
        if (_last is not { } last || _failure is not null)
            return Unavailable("It is not known which files are in the repository's storage.");
        if (!last.Claims.TryGetValue(project, out var files))
            return new ProjectAnswer.NotKnown(new UnclaimedProject());
        return files.All(Rejected.ContainsKey)
            ? new ProjectAnswer.Known(WithoutFiles(project))
            : Unavailable($"Files of '{project}' are in the repository's storage, and are not adopted yet.");
    }

    async Task<PackageListing> ListAsync(CancellationToken cancellationToken)
    {
        var (files, skipped) = (new List<StoredObject>(), new List<SkippedEntry>());
        await foreach (var found in store.ListAsync(
            StorageLayout.Packages, StorageLayout.IsOwnFolder, skipped.Add, cancellationToken))
        {
            if (StorageLayout.GetId(found.Key) is null)
                files.Add(found);
        }
        if (skipped.Find(entry => entry.Name == StorageLayout.Packages) is { } folder)
            throw new IOException($"'{folder.Name}' cannot be read. {folder.Reason}");
        return new PackageListing(files, skipped);
    }

    /// <summary>Returns the files of each project. What was skipped is none, but has a name all the same.</summary>
    FrozenDictionary<ProjectName, ImmutableArray<string>> GetClaims(PackageListing listing)
    {
        var claims = new Dictionary<ProjectName, List<string>>();
        foreach (var key in listing.Files.Select(file => file.Key).Where(key => !Adopted.ContainsKey(key)))
        {
            foreach (var project in PossibleProjects.Find(StorageLayout.GetFileName(key)))
                GetFiles(claims, project).Add(key);
        }
        foreach (var project in listing.Skipped.SelectMany(GetNames))
            GetFiles(claims, project);
        return claims.ToFrozenDictionary(claim => claim.Key, claim => claim.Value.ToImmutableArray());
    }

    static List<string> GetFiles(Dictionary<ProjectName, List<string>> claims, ProjectName project) =>
        claims.TryGetValue(project, out var files) ? files : claims[project] = [];

    /// <summary>
    /// Returns the projects of an entry that cannot be read: it may be a file, or a folder with a project's name and
    /// files.
    /// </summary>
    static IEnumerable<ProjectName> GetNames(SkippedEntry entry) =>
        PossibleProjects.Find(StorageLayout.GetFileName(entry.Name)).Concat(
            entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(part => ProjectName.TryParse(part, out var project) ? project : (ProjectName?)null)
                .OfType<ProjectName>());

    ProjectAnswer.Unavailable Unavailable(string reason) => new(_since, _retryAfter) { Reason = reason };

    static ProjectSnapshot WithoutFiles(ProjectName project) => new()
    {
        Project = project,
        Version = "claimed",
        Files = [],
    };

    /// <param name="Claims">The files of each project that are not adopted.</param>
    /// <param name="Names">The projects, sorted.</param>
    /// <param name="Generation">Changes whenever the projects do.</param>
    sealed record Look(
        FrozenDictionary<ProjectName, ImmutableArray<string>> Claims, ImmutableArray<ProjectName> Names,
        long Generation);
}

/// <summary>A hosted repository has neither a record nor a file of a project, adopted or not.</summary>
sealed record UnclaimedProject : Absence;

/// <summary>The content of a repository's folder or bucket besides the bytes that the server wrote.</summary>
/// <param name="Files">The files that others put there, adopted or not.</param>
/// <param name="Skipped">Entries in the place of a file that are none, and folders that cannot be read.</param>
sealed record PackageListing(IReadOnlyList<StoredObject> Files, IReadOnlyList<SkippedEntry> Skipped)
{
    /// <summary>Whether a key was listed, or is below a folder that may not be read at the moment.</summary>
    public bool MayHave(string key) =>
        _keys.Contains(key)
        || Skipped.Any(s => s.Name.EndsWith('/') && key.StartsWith(s.Name, StringComparison.Ordinal));

    readonly HashSet<string> _keys = Files.Select(file => file.Key).ToHashSet(StringComparer.Ordinal);
}
