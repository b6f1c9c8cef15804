using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// A repository behind a policy. What the policy hides is neither on a page nor in a list, and cannot be opened.
/// </summary>
sealed class FilteredRepository(IRepository inner, MemoryBudget budget, TimeProvider clock) : IRepository
{
    /// <summary>The approximate memory of a pending change, in bytes.</summary>
    const int Weight = 400;

    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The projects with verdicts that time will change. Of most projects it will change none.</summary>
    readonly BudgetedCache<ProjectName, PendingVersion> _pending = new(budget);

    /// <summary>The verdicts on what the inner repository has in memory. They go with it.</summary>
    readonly ConditionalWeakTable<ProjectSnapshot, JudgedProject> _snapshots = [];
    readonly DerivedCatalog _catalog = new();
    readonly DateTimeOffset _since = clock.GetUtcNow();
    volatile Policy _policy = Policy.Default;

    /// <summary>The policy. The resource may change it at any time; it also applies to what is cached.</summary>
    public Policy Policy
    {
        get => _policy;
        set => _policy = value;
    }

    /// <summary>The findings about files; null if nobody wants to know them.</summary>
    public PolicyFindings? Findings { get; init; }

    /// <summary>The refusals of the policy.</summary>
    public PolicyRefusals Refusals { get; } = new();

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        var policy = _policy;
        if (policy.Unavailable is { } reason)
            return new ProjectListAnswer.Unavailable(_since, _retryAfter) { Reason = reason };
        var answer = await inner.ListProjectsAsync(cancellationToken);
        return policy.Allowed is null || answer is not ProjectListAnswer.Known known
            ? answer
            : known with
            {
                Projects = [.. known.Projects.Where(p => policy.Judge(p) is null)],
                Version = GetVersion(known.Version, policy, null),
            };
    }

    /// <inheritdoc/>
    public async ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken)
    {
        var policy = _policy;
        if (policy.Unavailable is { } reason)
            return Catalog.Empty with { Incomplete = reason };
        var catalog = await inner.GetCatalogAsync(cancellationToken);
        return policy.Allowed is null
            ? catalog
            : _catalog.Derive(catalog, all => [.. all.Where(e => policy.Judge(e.Project) is null)], policy);
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var policy = _policy;
        if (policy.Unavailable is { } reason)
            return new ProjectAnswer.Unavailable(_since, _retryAfter) { Reason = reason };
        if (policy.Judge(project) is { } verdict)
            return new ProjectAnswer.NotKnown(new ExcludedProject(verdict));
        return Judge(await inner.GetProjectAsync(project, asOf, cancellationToken), policy);
    }

    /// <inheritdoc/>
    public async ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var policy = _policy;
        if (policy.Unavailable is not null || policy.Judge(project) is not null)
            return SnapshotVersion.From(await GetProjectAsync(project, null, cancellationToken));
        var found = await inner.FindAsync(project, cancellationToken);
        if (found.Answer is { } answer)
            return SnapshotVersion.From(Judge(answer, policy));
        // The content is to be judged, too.
        found = found with { Source = new CurrentSnapshot(this, project) };
        if (policy.Version.Length == 0 || found.Value is not { } version)
            return found;
        // A version without a moment belongs to pages whose verdicts time no longer changes. While a change is pending
        // there is no such page, so it does no harm if the change was evicted from the memory.
        return found with
        {
            Value = _pending.TryGet(project, out var pending) && pending.Of == version
                && pending.Policy == policy.Version && pending.ValidUntil > clock.GetUtcNow()
                    ? pending.Version
                    : GetVersion(version, policy, null),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var policy = _policy;
        if (policy.Unavailable is { } reason)
            return new OpenAnswer.Unavailable(_since, _retryAfter) { Reason = reason };
        if (policy.Judge(request.Project) is { } verdict)
            return OpenAnswer.NotFound.Hidden(request.Project.Value, verdict);
        var answer = await inner.OpenAsync(
            request with { Reject = file => Reject(file, request, policy) }, cancellationToken);
        return answer is OpenAnswer.Found found && policy.Version.Length > 0
            ? found with { MayBeHiddenLater = true }
            : answer;
    }

    OpenAnswer.NotFound? Reject(Distribution file, FileRequest request, Policy policy)
    {
        if (policy.Judge(file, clock.GetUtcNow()) is not { } verdict)
        {
            if (request is { Kind: FileContentKind.Bytes, IsForAllBytes: true }
                && policy.Advisories?.IsVulnerable(file) is true)
                Refusals.AddVulnerableServed();
            return request.Reject?.Invoke(file);
        }
        Refusals.Add(file.Name.FileName, verdict);
        return OpenAnswer.NotFound.Hidden(file.Name.FileName, verdict);
    }

    /// <summary>Looks for what the rules find in a page that the cache shows from now on.</summary>
    /// <param name="project">The project.</param>
    /// <param name="shown">Its files, or null if upstream does not know it any more.</param>
    public void Note(ProjectName project, ProjectSnapshot? shown)
    {
        if (_policy is not { AsksFindings: true } policy)
            return;
        if (shown is null)
            Findings?.Forget(project);
        else
            Findings?.Note(policy.Apply(shown, clock.GetUtcNow()));
    }

    ProjectAnswer Judge(ProjectAnswer answer, Policy policy) =>
        answer is ProjectAnswer.Known known ? known with { Snapshot = Judge(known.Snapshot, policy) } : answer;

    ProjectSnapshot Judge(ProjectSnapshot project, Policy policy)
    {
        if (policy.Version.Length == 0)
            return policy.Apply(project, clock.GetUtcNow());
        if (_snapshots.TryGetValue(project, out var known) && known.Policy == policy.Version
            && !(known.Project.ValidUntil <= clock.GetUtcNow()))
        {
            return known.Project;
        }
        var judged = policy.Apply(project, clock.GetUtcNow());
        judged = judged with { Version = GetVersion(project.Version, policy, judged.ValidUntil) };
        _snapshots.AddOrUpdate(project, new(policy.Version, judged));
        if (judged.ValidUntil is { } change)
            _pending.Set(project.Project, new(project.Version, policy.Version, judged.Version, change), Weight);
        return judged;
    }

    /// <summary>The verdicts depend on the content, on the rules, and on when the next verdict changes.</summary>
    static string GetVersion(string version, Policy policy, DateTimeOffset? validUntil) =>
        validUntil is null ? $"{version}~{policy.Version}" : $"{version}~{policy.Version}~{validUntil.Value.UtcTicks}";

    /// <param name="Of">The version of the inner repository's snapshot.</param>
    /// <param name="Policy">The version of the policy.</param>
    /// <param name="Version">The version of the judged snapshot.</param>
    /// <param name="ValidUntil">Until when that is so.</param>
    sealed record PendingVersion(string Of, string Policy, string Version, DateTimeOffset ValidUntil);

    /// <param name="Policy">The version of the policy.</param>
    /// <param name="Project">The snapshot with the verdicts.</param>
    sealed record JudgedProject(string Policy, ProjectSnapshot Project);
}

/// <summary>A proxy's policy does not allow the project, whatever its upstream has.</summary>
/// <param name="Rule">The rule.</param>
sealed record ExcludedProject(Verdict Rule) : Absence
{
    /// <inheritdoc/>
    public override Verdict? HiddenBy => Rule;
}

/// <summary>Counts the files that a policy or their hash refused, and remembers the first few.</summary>
sealed class PolicyRefusals
{
    const int MaxRemembered = 5;

    readonly Lock _lock = new();
    ImmutableSortedDictionary<string, long> _counts =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    ImmutableArray<string> _first = [];
    long _vulnerableServed;

    /// <summary>How many requests each rule has refused, by its name.</summary>
    public ImmutableSortedDictionary<string, long> Counts => _counts;

    /// <summary>The first refused files, each with the reason: <c>evil-1.0.tar.gz is blocked by 'evil'</c>.</summary>
    public ImmutableArray<string> First => _first;

    /// <summary>How many requests for files with known vulnerabilities were answered.</summary>
    public long VulnerableServed => Volatile.Read(ref _vulnerableServed);

    /// <summary>Notes that a file with a known vulnerability is served.</summary>
    public void AddVulnerableServed() => Interlocked.Increment(ref _vulnerableServed);

    /// <summary>Notes that a rule refused a file.</summary>
    public void Add(string fileName, Verdict verdict) => Add(verdict.Rule, $"{fileName} {verdict.Reason}");

    /// <summary>Notes a refusal.</summary>
    /// <param name="rule">The rule, or <c>hash</c> if upstream sent wrong bytes.</param>
    /// <param name="text">The refused file, and the reason.</param>
    public void Add(string rule, string text)
    {
        lock (_lock)
        {
            _counts = _counts.SetItem(rule, _counts.GetValueOrDefault(rule) + 1);
            if (_first.Length < MaxRemembered && !_first.Contains(text))
                _first = _first.Add(text);
        }
    }
}
