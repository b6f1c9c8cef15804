using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The operations of <c>api/v1</c>, with what OpenAPI says about them.</summary>
/// <remarks>
/// Endpoints read bodies themselves, after access is decided: a stranger's body is not looked at.
/// </remarks>
static class ApiRoutes
{
    const string Json = "application/json";

    /// <summary>Routing must not look at the type: who may not change anything learns that first.</summary>
    const string Anything = "*/*";

    const string Project = "api/v1/projects/{project:project}";

    static readonly string[] _read = [HttpMethods.Get, HttpMethods.Head];

    static readonly (string Name, string Description)[] _deletion =
        [("purge", "true: remove the bytes at once, including those of earlier deletions. This cannot be undone.")];

    static readonly string _version = $"{{version:maxlength({ServerLimits.MaxVersionLength})}}";

    static readonly string _file = $"{{file:maxlength({ServerLimits.MaxFileNameLength})}}";

    static readonly string _id = $"{{id:maxlength({ServerLimits.MaxFileNameLength})}}";

    /// <summary>Adds the operations.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        MapTokens(routes);
        MapProjects(routes);
        routes.MapMethods(
            "api/v1/retention", _read, (RepositoryRequest request) => RetentionEndpoint.ShowAsync(request))
            .WithTags("Retention").WithSummary("List the releases that the next retention run removes.")
            .Produces<RetentionView>();
        routes.MapPost("api/v1/retention", (RepositoryRequest request) => RetentionEndpoint.RunAsync(request))
            .WithTags("Retention").WithSummary("Remove those releases now. The names of their files stay reserved.")
            .Produces<RetentionView>();
        routes.MapMethods(
            "api/v1/restoration", _read,
            (RepositoryRequest request, TimeProvider clock) => RestorationEndpoint.ShowAsync(request, clock))
            .WithTags("Projects").WithSummary("List the projects that may have changed since a time.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
                ApiDescription.AddQueryAsync(operation, RestorationEndpoint.Parameters))
            .Produces<ChangedProjectsView>();
        routes.MapMethods(
            "api/v1/statistics", _read,
            (RepositoryRequest request, StatisticsEndpoint statistics) => statistics.ShowAsync(request))
            .WithTags("Statistics").WithSummary("Count the downloads of what you may read, as JSON or CSV.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
                ApiDescription.AddQueryAsync(operation, StatisticsParameters.All))
            .Produces<JsonElement>(StatusCodes.Status200OK, Json, "text/csv");
        routes.MapMethods(
            "api/v1/downloads", _read,
            (RepositoryRequest request, DownloadsEndpoint downloads) => downloads.ShowAsync(request))
            .WithTags("Downloads")
            .WithSummary("List who downloaded a project, as JSON, CSV or a table. Requires the role Auditor.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
                ApiDescription.AddQueryAsync(operation, DownloadsParameters.All))
            .Produces<DownloadAnswer>(StatusCodes.Status200OK, Json, "text/csv", "text/plain");
        routes.MapDelete(
            "api/v1/downloads",
            (RepositoryRequest request, DownloadsEndpoint downloads) => downloads.ForgetAsync(request))
            .WithTags("Downloads").WithSummary("Erase a caller from the download log. The downloads stay, without it.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
                ApiDescription.AddQueryAsync(operation, DownloadsEndpoint.ForgetParameters))
            .Produces<ForgottenCaller>();
        routes.MapPost(
            "api/v1/policy/replay",
            (RepositoryRequest request, ReplayEndpoint replay) => replay.RunAsync(request))
            .WithTags("Policies").WithSummary("List the recorded downloads that a policy would have refused.")
            .AddOpenApiOperationTransformer((operation, _, _) =>
                ApiDescription.AddQueryAsync(operation, ReplayEndpoint.Parameters))
            .Accepts<JsonElement>(Json, Anything).Produces<ReplayView>();
        routes.MapMethods(
            $"api/v1/why/{{project:project}}/{_version}", _read,
            (RepositoryRequest request, ProjectName project, string version) =>
                WhyEndpoint.ShowAsync(request, project, version))
            .WithTags("Policies").WithSummary("List the rules that hide a release's files, since when and until when.")
            .Produces<Explanation>();
    }

    static void MapProjects(IEndpointRouteBuilder routes)
    {
        routes.MapPut(
            $"{Project}/releases/{_version}/yank",
            (RepositoryRequest request, ProjectName project, string version, ProjectsEndpoint projects) =>
                projects.YankAsync(request, project, version))
            .WithTags("Projects").WithSummary("Yank a release: installers skip it unless its version is pinned.")
            .Accepts<ReasonRequest>(isOptional: true, Json, Anything).Produces(StatusCodes.Status204NoContent);
        routes.MapDelete(
            $"{Project}/releases/{_version}/yank",
            (RepositoryRequest request, ProjectName project, string version, ProjectsEndpoint projects) =>
                projects.UnyankAsync(request, project, version))
            .WithTags("Projects").WithSummary("Undo a yank.").Produces(StatusCodes.Status204NoContent);
        routes.MapPost(
            $"{Project}/releases/{_version}/promotion",
            (RepositoryRequest request, ProjectName project, string version, ProjectsEndpoint projects) =>
                projects.PromoteAsync(request, project, version))
            .WithTags("Projects")
            .WithSummary("Copy a release to another repository of this server, with hashes and upload times.")
            .Accepts<PromotionRequest>(Json, Anything).Produces<PromotionView>();
        routes.MapPut(
            $"{Project}/status",
            (RepositoryRequest request, ProjectName project, ProjectsEndpoint projects) =>
                projects.SetStatusAsync(request, project))
            .WithTags("Projects").WithSummary("Set a project's status.")
            .Accepts<StatusRequest>(Json, Anything).Produces(StatusCodes.Status204NoContent);
        routes.MapDelete(
            $"{Project}/releases/{_version}",
            (RepositoryRequest request, ProjectName project, string version, ProjectsEndpoint projects) =>
                projects.DeleteAsync(request, project, version))
            .WithTags("Projects")
            .WithSummary("Delete a release. It can be restored for a while; its files' names stay reserved.")
            .AddOpenApiOperationTransformer((operation, _, _) => ApiDescription.AddQueryAsync(operation, _deletion))
            .Produces(StatusCodes.Status204NoContent);
        routes.MapDelete(
            Project,
            (RepositoryRequest request, ProjectName project, ProjectsEndpoint projects) =>
                projects.DeleteAsync(request, project, version: null))
            .WithTags("Projects")
            .WithSummary("Delete all releases. They can be restored for a while; the names stay reserved.")
            .AddOpenApiOperationTransformer((operation, _, _) => ApiDescription.AddQueryAsync(operation, _deletion))
            .Produces(StatusCodes.Status204NoContent);
        routes.MapDelete(
            $"{Project}/files/{_file}",
            (RepositoryRequest request, ProjectName project, string file, ProjectsEndpoint projects) =>
                projects.DeleteFileAsync(request, project, file))
            .WithTags("Projects")
            .WithSummary("Delete a file. It can be restored for a while; its name stays reserved.")
            .AddOpenApiOperationTransformer((operation, _, _) => ApiDescription.AddQueryAsync(operation, _deletion))
            .Produces(StatusCodes.Status204NoContent);
        MapRestorations(routes);
    }

    static void MapRestorations(IEndpointRouteBuilder routes)
    {
        routes.MapPost(
            $"{Project}/releases/{_version}/restoration",
            (RepositoryRequest request, ProjectName project, string version, ProjectsEndpoint projects) =>
                projects.RestoreAsync(request, project, version))
            .WithTags("Projects").WithSummary("Restore the deleted files of a release.")
            .Accepts<RestorationRequest>(isOptional: true, Json, Anything).Produces<RestorationView>();
        routes.MapPost(
            $"{Project}/restoration",
            (RepositoryRequest request, ProjectName project, ProjectsEndpoint projects) =>
                projects.RestoreAsync(request, project))
            .WithTags("Projects")
            .WithSummary("Restore a project as it was at a given time: files, yanks and status.")
            .Accepts<RestorationRequest>(Json, Anything).Produces<RestorationView>();
    }

    static void MapTokens(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(
            "api/v1/tokens", _read,
            (RepositoryRequest request, TokensEndpoint tokens) => tokens.ListAsync(request))
            .WithTags("Tokens").WithSummary("List the tokens that you may revoke.").Produces<TokenView[]>();
        routes.MapPost(
            "api/v1/tokens",
            (RepositoryRequest request, TokensEndpoint tokens) => tokens.CreateAsync(request))
            .WithTags("Tokens").WithSummary("Create a token. Its text is shown only in this response.")
            .Accepts<TokenRequest>(Json, Anything).Produces<TokenView>(StatusCodes.Status201Created);
        routes.MapMethods(
            $"api/v1/tokens/{_id}", _read,
            (RepositoryRequest request, string id) => TokensEndpoint.ShowToGroupAsync(request, id))
            .ExcludeFromDescription();
        routes.MapDelete(
            $"api/v1/tokens/{_id}",
            (RepositoryRequest request, string id, TokensEndpoint tokens) => tokens.RevokeAsync(request, id))
            .WithTags("Tokens").WithSummary("Revoke a token.").Produces(StatusCodes.Status204NoContent);
    }
}

/// <summary>
/// <c>api/v1/why/{project}/{version}</c>: which rules hide the files of a release, since and until when.
/// </summary>
static class WhyEndpoint
{
    /// <summary>Sends the explanation to whoever may read the project.</summary>
    public static async Task ShowAsync(RepositoryRequest request, ProjectName project, string version)
    {
        var found = await FoundProject.ExplainAsync(request, project, version);
        var explanation = Explanation.From(project, version, found.Answer) ?? throw found.NotKnown(request, project);
        await JsonBody.SendAsync(request.Context, 200, explanation, ExplanationJson.Readable.Explanation);
    }
}
