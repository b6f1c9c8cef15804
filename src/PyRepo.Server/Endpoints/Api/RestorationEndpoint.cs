using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Api;

/// <summary><c>api/v1/restoration</c>: which projects may have to be brought back to a time.</summary>
static class RestorationEndpoint
{
    /// <summary>The parameters in the query.</summary>
    public static IReadOnlyList<(string Name, string Description)> Parameters { get; } =
        [("asOf", "A time such as 2026-11-20T12:00:00Z, or a day, which means its end.")];

    /// <summary>GET: lists the projects that changed since, of those that the caller maintains.</summary>
    public static async Task ShowAsync(RepositoryRequest request, TimeProvider clock)
    {
        var access = await request.AuthorizeAsync(AccessAction.Maintain, null, []);
        if (request.Repository.Hosted is not { } repository)
        {
            throw new RejectedException(
                RejectionReason.NotAllowed, $"'{request.Repository.Name}' has no files of its own.")
            { Allow = "" };
        }
        RepositoryRequest.RequireOpen(repository);
        var asOf = Parse(request.Context.Request.Query["asOf"].ToString(), clock);
        var changed = repository.Records.FindChangedSince(asOf).Where(
            name => access.Decide(AccessAction.Maintain, name, request.Repository.UploadsThrough).IsAllowed);
        await JsonBody.SendAsync(
            request.Context, 200, new ChangedProjectsView([.. changed.Select(name => name.Value)]),
            ApiJson.Default.ChangedProjectsView);
    }

    /// <summary>Parses a time in the past.</summary>
    /// <exception cref="RejectedException">400: it is none.</exception>
    public static DateTimeOffset Parse(string? text, TimeProvider clock)
    {
        if (!IndexDate.TryParse(text, out var asOf))
        {
            throw new RejectedException(
                RejectionReason.Invalid, "asOf must be a time such as 2026-11-20T12:00:00Z, or a day.");
        }
        return asOf <= clock.GetUtcNow() ? asOf : throw new RejectedException(
            RejectionReason.Invalid, $"asOf is {asOf.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}, which has not come yet.");
    }
}
