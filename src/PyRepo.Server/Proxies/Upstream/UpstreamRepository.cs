using System.Diagnostics;
using System.Net;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// Another index as a repository. Each request queries the index, which does not resend an unchanged page. Requests for
/// the same page at the same time share a query, for its answer does not depend on who asks: the group decides that.
/// </summary>
sealed class UpstreamRepository : IRepository
{
    /// <summary>The approximate memory of one name of a list, in bytes.</summary>
    const int WeightOfName = 80;

    /// <summary>The approximate memory of the validators of one page, in bytes.</summary>
    const int WeightOfValidators = 450;

    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(2);
    readonly SimpleClient _client;
    readonly TimeProvider _clock;
    readonly BudgetedCache<ProjectName, ValidatedAnswer> _answers;
    readonly SharedQueries<ProjectName, ProjectAnswer> _queries;

    /// <summary>
    /// The validators of pages, also of those that have left the memory: for what is rendered, it is enough to know
    /// that a page is the same.
    /// </summary>
    readonly BudgetedCache<ProjectName, PageValidators> _validators;
    readonly SharedQueries<ProjectName, SnapshotVersion> _versions;

    /// <summary>The list of projects, by its URL. It counts toward the budget because PyPI's is very long.</summary>
    readonly BudgetedCache<Uri, ValidatedList> _lists;

    public UpstreamRepository(SimpleClient client, MemoryBudget budget, TimeProvider clock)
    {
        (_client, _clock) = (client, clock);
        _answers = new BudgetedCache<ProjectName, ValidatedAnswer>(budget, isLowPriority: true);
        _lists = new BudgetedCache<Uri, ValidatedList>(budget, isLowPriority: true);
        _queries = new SharedQueries<ProjectName, ProjectAnswer>(QueryAsync, clock);
        _validators = new BudgetedCache<ProjectName, PageValidators>(budget);
        _versions = new SharedQueries<ProjectName, SnapshotVersion>(QueryVersionAsync, clock);
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var url = _client.Url;
            var known = _lists.TryGet(url, out var validated) ? validated : null;
            if (await _client.ListAsync(known?.Validators, cancellationToken) is not var (list, validators))
                return known!.Answer;
            var answer = new ProjectListAnswer.Known(UpstreamSnapshot.GetNames(list), GetVersion(validators));
            if (!validators.IsEmpty)
                _lists.Set(url, new(answer, validators), 500 + (answer.Projects.Length * (long)WeightOfName));
            return answer;
        }
        catch (UpstreamUnavailableException error)
        {
            return new ProjectListAnswer.Unavailable(_clock.GetUtcNow(), _retryAfter) { Reason = error.Message };
        }
    }

    /// <inheritdoc/>
    public ValueTask<ProjectAnswer> GetProjectAsync(
        ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
        new(asOf is { } date
            ? QueryDatedAsync(project, date, cancellationToken)
            : AskAsync(project, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<ProjectAnswer> ExplainAsync(
        ProjectName project, string version, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.ExplainAsync(project, version, cancellationToken) switch
            {
                { Known: true } known => new ProjectAnswer.Known(known.ToSnapshot(project)),
                { Rules: [var rule, ..] } => new ProjectAnswer.NotKnown(new MemberAbsence { Rule = rule }),
                _ => new ProjectAnswer.NotKnown(new MemberAbsence()),
            };
        }
        catch (UpstreamUnavailableException error)
        {
            return Unavailable(error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
        await AskAsync(_versions, project, static down => SnapshotVersion.From(down), cancellationToken);

    async Task<ProjectAnswer> QueryDatedAsync(
        ProjectName project, DateTimeOffset date, CancellationToken cancellationToken)
    {
        try
        {
            using var page = await _client.GetDatedProjectAsync(project, date, cancellationToken);
            return page is UpstreamPage.Fresh(var content, var validators, _)
                ? new ProjectAnswer.Known(GetSnapshot(project, content, validators))
                : new ProjectAnswer.NotKnown(new MemberAbsence());
        }
        catch (UpstreamUnavailableException error)
        {
            return Unavailable(error);
        }
    }

    Task<ProjectAnswer> AskAsync(ProjectName project, CancellationToken cancellationToken) =>
        AskAsync(_queries, project, static down => down, cancellationToken);

    /// <summary>Asks for what others ask for, too, unless too many chains of proxies do.</summary>
    async Task<T> AskAsync<T>(
        SharedQueries<ProjectName, T> queries, ProjectName project, Func<ProjectAnswer.Unavailable, T> otherwise,
        CancellationToken cancellationToken)
    {
        try
        {
            return await queries.AskAsync(project, cancellationToken);
        }
        catch (UpstreamUnavailableException error)
        {
            return otherwise(new ProjectAnswer.Unavailable(_clock.GetUtcNow(), _retryAfter) { Reason = error.Message });
        }
    }

    async Task<SnapshotVersion> QueryVersionAsync(ProjectName project)
    {
        var validators = _validators.TryGet(project, out var known) ? known : null;
        if (await QueryAsync(project, validators) is { } answer)
            return SnapshotVersion.From(answer);
        var version = GetVersion(validators!);
        return new SnapshotVersion(version, new UnchangedPage(this, project, version));
    }

    async Task<ProjectAnswer> QueryAsync(ProjectName project)
    {
        var known = _answers.TryGet(project, out var validated) ? validated : null;
        return await QueryAsync(project, known?.Validators) ?? known!.Answer;
    }

    /// <summary>Queries the index. Returns null if the page is the known one.</summary>
    async Task<ProjectAnswer?> QueryAsync(ProjectName project, PageValidators? known)
    {
        try
        {
            using var page = await _client.GetProjectAsync(project, known, CancellationToken.None);
            switch (page)
            {
                case UpstreamPage.Fresh(var content, var validators, _):
                    var answer = new ProjectAnswer.Known(GetSnapshot(project, content, validators));
                    if (!validators.IsEmpty)
                        _answers.Set(project, new(answer, validators), UpstreamSnapshot.GetWeight(content));
                    if (validators.ETag is not null)
                        _validators.Set(project, validators, WeightOfValidators);
                    return answer;
                case UpstreamPage.Unchanged:
                    return null;
                default:
                    return new ProjectAnswer.NotKnown(new MemberAbsence());
            }
        }
        catch (UpstreamUnavailableException error)
        {
            return Unavailable(error);
        }
    }

    ProjectAnswer.Unavailable Unavailable(UpstreamUnavailableException error) =>
        new(_clock.GetUtcNow(), _retryAfter) { Reason = error.Message, IsUnreached = error.IsUnreached };

    /// <inheritdoc/>
    public async ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
    {
        var answer = request.Answer ?? await GetProjectAsync(request.Project, null, cancellationToken);
        if (answer is ProjectAnswer.Unavailable down)
            return new OpenAnswer.Unavailable(down.Since, down.RetryAfter) { Reason = down.Reason };
        if (answer is not ProjectAnswer.Known { Snapshot: var snapshot }
            || snapshot.FindVisible(request.FileName) is not { } file
            || (request.HashPrefix is { } prefix && file.Sha256?.Prefix16 != prefix))
        {
            return new OpenAnswer.NotFound(
                $"There is no file '{request.FileName}' with these bytes in '{request.Project}'.");
        }
        try
        {
            return await OpenAsync(request, file, cancellationToken);
        }
        catch (UpstreamUnavailableException error) when (error.Status is HttpStatusCode.NotFound)
        {
            return new OpenAnswer.NotFound(error.Message);
        }
        catch (UpstreamUnavailableException error)
        {
            return new OpenAnswer.Unavailable(_clock.GetUtcNow(), _retryAfter) { Reason = error.Message };
        }
    }

    async Task<OpenAnswer> OpenAsync(FileRequest request, Distribution file, CancellationToken cancellationToken)
    {
        if (request.Kind is FileContentKind.Provenance && file.Provenance is null)
            return new OpenAnswer.NotFound($"No provenance available for {request.FileName}");
        // The member decides whether the file is that of the alias.
        var location = request.Alias is { } alias
            ? FileAlias.GetUrl(_client.Aliases, alias).AbsoluteUri : file.Location;
        var url = new Uri(request.Kind switch
        {
            FileContentKind.Metadata => location + ".metadata",
            // The page's link has the host that the member declares for clients, which is not where its server is.
            FileContentKind.Provenance => _client.GetProvenanceUrl(file).AbsoluteUri,
            FileContentKind.Bytes => location,
            _ => throw new UnreachableException(),
        });
        var method = request.IsForAllBytes ? HttpMethod.Get : HttpMethod.Head;
        var client = request.UserAgent is { } agent ? DownloadClients.From(agent) : null;
        var response =
            await _client.Files.OpenAsync(
                url, request.Project, method, 0, cancellationToken, client: client, download: request.Download);
        if (response.Content.Headers.ContentLength is not { } length)
        {
            response.Dispose();
            return new OpenAnswer.NotFound($"Upstream does not report the length of '{request.FileName}'.");
        }
        var found = new OpenAnswer.Found(
            new UpstreamContent(
                _client, url, request.Project, client, request.Download, request.IsForAllBytes ? response : null)
            {
                Length = length,
                ETag = response.Headers.ETag?.Tag ?? $"\"{file.Sha256}\"",
                LastModified = response.Content.Headers.LastModified ?? DateTimeOffset.UnixEpoch,
            })
        {
            MayBeHiddenLater = response.Headers.CacheControl is { NoCache: true },
        };
        if (!request.IsForAllBytes)
            response.Dispose();
        return found;
    }

    ProjectSnapshot GetSnapshot(ProjectName project, ProjectDetail page, PageValidators validators) =>
        UpstreamSnapshot.From(project, page, null, FileDates.Unknown, GetVersion(validators), _client.Aliases);

    /// <summary>
    /// Returns the version of a page. Equal ETags mean equal bytes; a page without one gets a new version each time.
    /// </summary>
    static string GetVersion(PageValidators validators) => validators.ETag ?? $"{Guid.NewGuid():N}";

    /// <summary>A page that is in memory, unless it has left it since its version was read.</summary>
    sealed class UnchangedPage(UpstreamRepository index, ProjectName project, string version) : ISnapshotSource
    {
        public ValueTask<ProjectAnswer> LoadAsync(CancellationToken cancellationToken) =>
            index._answers.TryGet(project, out var known) && known.Answer.Snapshot.Version == version
                ? new(known.Answer)
                : index.GetProjectAsync(project, null, cancellationToken);
    }

    sealed record ValidatedList(ProjectListAnswer.Known Answer, PageValidators Validators);

    sealed record ValidatedAnswer(ProjectAnswer.Known Answer, PageValidators Validators);
}
