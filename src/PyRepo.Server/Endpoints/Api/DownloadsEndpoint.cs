using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Downloads;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/downloads</c>: who downloaded what, for Auditors.</summary>
sealed class DownloadsEndpoint(TimeProvider clock, ILogger<DownloadsEndpoint> logger)
{
    /// <summary>How a caller is named.</summary>
    public const string CallerForms = "a user, NAMESPACE/NAME of a ServiceAccount, the subject of an identity, or the "
        + "id of a token that stands for itself";

    const int MaxCallerLength = 1000;

    /// <summary>Says in a header whether nothing is missing: CSV has no place for it, and a table none for programs.</summary>
    const string CompleteHeader = "PyRepo-Complete";

    const string CsvType = "text/csv; charset=utf-8; header=present", TableType = "text/plain; charset=utf-8";

    static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The parameters of DELETE and what they mean, for OpenAPI.</summary>
    public static IReadOnlyList<(string Name, string Description)> ForgetParameters { get; } =
        [("caller", $"{char.ToUpperInvariant(CallerForms[0])}{CallerForms[1..]}.")];

    /// <summary>An answer may take much memory, so that there is one at a time.</summary>
    readonly SemaphoreSlim _turn = new(1);

    /// <summary>GET: sends the downloads of a project, or of what an advisory affects.</summary>
    public async Task ShowAsync(RepositoryRequest request)
    {
        var query = request.Context.Request.Query;
        // Strangers learn nothing, not even what is wrong with their request.
        (await request.IdentifyAsync()).RequireAudit();
        var (asked, format) = (
            DownloadsParameters.Read(query, clock.GetUtcNow()), DownloadsParameters.GetFormat(query));
        var answer = await FindAsync(request, asked);
        switch (format)
        {
            case DownloadsFormat.Csv:
                await SendTextAsync(request, answer, CsvType, DownloadsCsv.Write(answer.Rows));
                break;
            case DownloadsFormat.Table:
                await SendTextAsync(request, answer, TableType, DownloadsTable.Write(answer));
                break;
            default:
                await JsonBody.SendAsync(request.Context, 200, answer, DownloadJson.Default.DownloadAnswer);
                break;
        }
    }

    static async Task SendTextAsync(RepositoryRequest request, DownloadAnswer answer, string type, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var response = request.Context.Response;
        response.ContentType = type;
        response.Headers[CompleteHeader] = answer.IsComplete ? "true" : "false";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!request.IsHead)
            await BytesSender.SendAsync(request.Context, body, request.Aborted);
    }

    /// <summary>Waits for its turn, and finds the downloads.</summary>
    /// <inheritdoc cref="ReadableDownloads.FindAsync(RepositoryRequest, DownloadsParameters)"/>
    public async Task<DownloadAnswer> FindAsync(RepositoryRequest request, DownloadsParameters asked)
    {
        await _turn.WaitAsync(request.Aborted);
        try
        {
            return await ReadableDownloads.FindAsync(request, asked);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>DELETE: erases a caller from the log.</summary>
    public async Task ForgetAsync(RepositoryRequest request)
    {
        var repository = request.Repository;
        var access = await request.IdentifyAsync();
        access.RequireAudit();
        var logs = repository.Members.Values.Where(member => member.Members.Count == 0)
            .OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
        foreach (var member in logs)
            access.RequireEverywhere(AccessAction.Audit, repository.PathTo(member));
        if (logs.Count == 0)
        {
            access.RequireEverywhere(AccessAction.Audit, []);
            logs.Add(repository);
        }
        DownloadsParameters.RequireKnown(request.Context.Request.Query, ForgetParameters);
        if (DownloadsParameters.Single(request.Context.Request.Query, "caller")
            is not { Length: <= MaxCallerLength } caller)
        {
            throw DownloadsParameters.Invalid($"Write caller=…: {CallerForms}.");
        }
        var erased = 0L;
        foreach (var member in logs)
            erased += await ForgetAsync(member, caller, request.Aborted);
        // The name does not stay in another log instead.
        Log.Forgotten(logger, repository.Name, access.User, erased);
        await JsonBody.SendAsync(
            request.Context, 200, new ForgottenCaller(erased), DownloadJson.Default.ForgottenCaller);
    }

    static async Task<long> ForgetAsync(
        RepositoryRegistration repository, string caller, CancellationToken cancellationToken)
    {
        try
        {
            return (repository.DownloadLog is { } log ? await log.ForgetAsync(caller, cancellationToken) : null)
                ?? throw RejectedException.Unavailable(repository.Name, "Its log cannot be changed now.", _retryAfter);
        }
        catch (IOException error)
        {
            throw RejectedException.Unavailable(repository.Name, error.Message, _retryAfter);
        }
    }
}

/// <summary>Writes downloads as CSV (<see href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</see>).</summary>
static class DownloadsCsv
{
    static readonly (string Name, Func<CallerDownloads, string?> Get)[] _columns =
    [
        ("project", row => row.Project), ("version", row => row.Version), ("file", row => row.File),
        ("sha256", row => row.Sha256), ("caller", row => row.Caller.ToString()), ("name", row => row.Name),
        ("namespace", row => row.Namespace), ("pod", row => row.Pod), ("node", row => row.Node),
        ("token", row => row.Token), ("repository", row => row.Repository), ("workflow", row => row.Workflow),
        ("run", row => row.Run), ("installer", row => row.Installer), ("python", row => row.Python),
        ("asked", row => row.Asked), ("served", row => row.Served), ("part", row => row.Part ? "true" : ""),
        ("downloads", row => $"{row.Downloads}"), ("first", row => row.First), ("last", row => row.Last),
    ];

    /// <summary>Returns the rows, with a line of names first.</summary>
    public static string Write(IEnumerable<CallerDownloads> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', _columns.Select(column => column.Name)).Append("\r\n");
        foreach (var row in rows)
            text.AppendJoin(',', _columns.Select(c => StatisticsCsv.Escape(c.Get(row) ?? ""))).Append("\r\n");
        return text.ToString();
    }
}
