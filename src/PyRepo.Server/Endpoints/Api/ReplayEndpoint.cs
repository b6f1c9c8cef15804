using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using PyRepo.Resources.Values;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/policy/replay</c>: which recorded downloads a policy would have refused.</summary>
sealed class ReplayEndpoint(TimeProvider clock)
{
    const int DefaultDays = 30;

    /// <summary>A second may be slow, but not so many.</summary>
    const int SlowSeconds = 5;

    /// <summary>The parameters and what they mean, for OpenAPI.</summary>
    public static IReadOnlyList<(string Name, string Description)> Parameters { get; } =
        [("since", $"How far back, such as 7d. If omitted, {DefaultDays}d.")];

    /// <summary>
    /// Reads the candidate, replays its policy, and sends what it would have refused of the projects that the caller
    /// maintains.
    /// </summary>
    /// <exception cref="RejectedException">400, 401, 403, 405 if this is no proxy, 413 or 503.</exception>
    public async Task RunAsync(RepositoryRequest request)
    {
        var (access, action) = IsOpen(request)
            ? (RequestAccess.Anonymous(request.Repository), AccessAction.Read)
            : (await request.AuthorizeAsync(AccessAction.Maintain, null, []), AccessAction.Maintain);
        if (request.Repository.Replay is not { } replay)
        {
            throw new RejectedException(
                RejectionReason.NotAllowed, $"'{request.Repository.Name}' is not a ProxyRepository of this server, and "
                + "so has no policy to replay: use the URL of the proxy itself.")
            { Allow = "" };
        }
        var since = GetSince(request.Context.Request.Query);
        var outcome = await replay.RunAsync(
            () => ReadAsync(request.Context), since, project => access.Decide(action, project, []).IsAllowed,
            request.Aborted);
        await JsonBody.SendAsync(request.Context, 200, ReplayView.Of(outcome), ApiJson.Default.ReplayView);
    }

    /// <summary>
    /// A proxy whose resource says nothing of access has no users, and so no Maintainer. Then whoever sits at the same
    /// machine may replay: that tells nothing that statistics and <c>why</c> do not, but costs more.
    /// </summary>
    static bool IsOpen(RepositoryRequest request) =>
        request.Context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !request.Context.Request.Headers.Keys.Any(IsOfReverseProxy)
        && request.Repository.Access == AccessPolicy.Default && request.Repository.HasUpstream
        && !request.Repository.Authenticators.OfType<PasswordVerifier>().Any(each => each.HasUsers);

    static bool IsOfReverseProxy(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Via", StringComparison.OrdinalIgnoreCase);

    async Task<string> ReadAsync(HttpContext context)
    {
        // Others wait for this one's turn.
        var rate = new MinimumRate(ServerLimits.MinDrainRate, TimeSpan.FromSeconds(1), SlowSeconds);
        context.Request.Body = new TimedBody(context.Request.Body, rate, "The candidate arrives too slowly.", clock);
        context.Response.RegisterForDispose(context.Request.Body);
        var body = await RequestBody.ReadAsync(context, ServerLimits.MaxCandidateLength)
            ?? throw new RejectedException(
                RejectionReason.TooLarge,
                $"The candidate is longer than {ServerLimits.MaxCandidateLength >> 20} MiB: leave out ConfigMaps that "
                + "its policy does not name.");
        return Encoding.UTF8.GetString(body);
    }

    static TimeSpan GetSince(IQueryCollection parameters)
    {
        if (!parameters.TryGetValue("since", out var values))
            return TimeSpan.FromDays(DefaultDays);
        return values is [{ } text] && Duration.TryParse(text, out var since)
            && since.Value < TimeSpan.FromDays(ServerLimits.MaxStatisticsDays)
                ? since.Value
                : throw new RejectedException(
                    RejectionReason.Invalid,
                    $"since={values} is not less than {ServerLimits.MaxStatisticsDays} days: write since=30d.");
    }
}
