using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Web.Projects;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosted.Undo;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// <c>project/{project}/</c> and <c>project/{project}/{version}/</c>: a project and one of its releases.
/// </summary>
sealed class ProjectPage(
    ReleaseDetailsCache details, ReleasePromotion promotion, RecentDownloads downloads, ILogger<ProjectPage> logger)
{
    /// <summary>The memory that a page takes besides its description, with as many rows as it may have.</summary>
    const long WeightOfText = 4 << 20;

    /// <summary>The memory of a file while the releases are counted.</summary>
    const long WeightOfFile = 2 << 10;

    /// <summary>Sends the page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="project">The project.</param>
    /// <param name="version">The release to show, or null for the latest one.</param>
    public async Task ShowAsync(RepositoryRequest request, ProjectName project, string? version)
    {
        var rendered = await RenderAsync(request, project, version, refused: null);
        await HtmlPage.SendAsync(request.Context, rendered);
    }

    /// <summary>Does what one of the page's forms says, and leads back to the page, or shows the form again.</summary>
    public async Task ChangeAsync(RepositoryRequest request, ProjectName project)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var form = await PageForm.ReadAsync(request);
        try
        {
            var done = await ChangeAsync(maintenance, form);
            // The page of the project may show another release than the one that was yanked.
            var release = form["action"] is "yank" or "unyank" ? $"{Uri.EscapeDataString(form["version"]!)}/" : "";
            new PageMessage(done).Redirect(request, $"project/{project.Value}/{release}?tab=manage");
        }
        catch (Exception error) when (RefusedForm.From(form, error) is { } refused)
        {
            await HtmlPage.SendAsync(
                request.Context, await RenderAsync(request, project, form["version"], refused));
        }
    }

    /// <returns>A sentence about the change.</returns>
    async Task<string> ChangeAsync(ProjectMaintenance maintenance, PageForm form)
    {
        var version = form["version"] ?? "";
        switch (form["action"])
        {
            case "yank":
                await maintenance.YankAsync(version, form["reason"]);
                return $"{version} is yanked: installers skip it unless its version is pinned.";
            case "unyank":
                await maintenance.UnyankAsync(version);
                return $"{version} is no longer yanked.";
            case "delete" when form["confirm"] != version:
                throw new RejectedException(
                    RejectionReason.Invalid, $"Nothing was deleted. Type '{version}' to confirm.");
            case "delete":
                await maintenance.DeleteAsync(version);
                var keepFor = maintenance.KeepDeletedFor;
                return $"{version} is deleted. The names of its files stay reserved."
                    + (keepFor == TimeSpan.Zero ? "" : $" You can restore it for {new Duration(keepFor)}.");
            case "restore":
                await maintenance.RestoreAsync(version, isTrial: false);
                return $"The deleted files of {version} whose bytes were kept are visible again.";
            case "promote":
                var promoted = await maintenance.PromoteAsync(promotion, version, form["to"]);
                return $"{promoted.To} has {version} now.";
            case "status":
                await maintenance.SetStatusAsync(form["status"], form["reason"]);
                return $"The project is {form["status"]} now.";
            default:
                throw new RejectedException(RejectionReason.Invalid, "Unknown action.");
        }
    }

    async Task<RenderedHtmlPage> RenderAsync(
        RepositoryRequest request, ProjectName project, string? version, RefusedForm? refused)
    {
        var found = await FoundProject.FindAsync(request, project);
        var page = await PageContext.CreateAsync(request, found.IsPublic);
        var known = found.RequireKnown(request, project);
        var snapshot = known.Snapshot;
        var chosen = version is null ? Release.GetLatest(snapshot) : Release.Find(snapshot, version);
        if (chosen is null && version is not null
            && !snapshot.Files.OfVersion(version).Any() && !snapshot.Files.Hidden.Any(
                file => file.Distribution.Name.VersionText == version))
            throw new RejectedException(
                RejectionReason.NotFound, $"There is no release '{version}' of '{snapshot.Project}'.");
        if (chosen is not null)
            chosen = (await ExplainedRelease.FindAsync(request, project, chosen)).Release;
        var shown = chosen is null
            ? ReleaseDetails.None
            : await details.GetAsync(request.Repository.Repository, known, chosen, request.Aborted);
        var tab = refused is null ? ProjectTabNames.Parse(page.Query("tab")) : ProjectTab.Manage;
        var view = new ShownProject
        {
            Page = page,
            Known = known,
            Chosen = chosen,
            Latest = version is null ? chosen : Release.GetLatest(snapshot),
            Version = version,
            Details = shown,
            Name = shown.Metadata?.Name is { } spelled
                && ProjectName.TryParse(spelled, out var parsed) && parsed == snapshot.Project
                    ? spelled : snapshot.Project.Value,
            Tab = tab is not ProjectTab.Manage || page.MayMaintain(snapshot.Project) ? tab : ProjectTab.Description,
            Refused = refused,
        };
        view = view with { Content = await GetContentAsync(view) };
        var description = view.Tab is ProjectTab.Description ? shown.Description.Html.Text.Length : 0;
        return await HtmlPage.RenderAsync(
            page, view.Title, () => ProjectView.Render(view), refused?.Status ?? StatusCodes.Status200OK,
            crumb: view.Name,
            weight: WeightOfText + (8L * description) + (WeightOfFile * snapshot.Files.Count));
    }

    /// <summary>Reads what only the tab that is shown needs.</summary>
    async Task<ProjectTabContent> GetContentAsync(ShownProject shown)
    {
        var (page, project) = (shown.Page, shown.Project);
        var request = page.Request;
        return shown.Tab switch
        {
            ProjectTab.Description => new() { RecentDownloads = await downloads.FindAsync(page, project) },
            ProjectTab.Dependencies => new()
            {
                Dependencies = await Dependency.FindAsync(page, shown.Details.Metadata?.RequiresDist ?? []),
            },
            ProjectTab.Statistics => new()
            {
                Downloads = await DownloadFigures.ReadAsync(
                    request, project, DateOnly.FromDateTime(page.Now.UtcDateTime)),
            },
            ProjectTab.Manage when shown.MayMaintain => new()
            {
                PromotionTargets = [.. promotion.GetTargets(request, page.Access.Caller, project)],
                Deleted = request.Repository.Hosted is { } repository
                    ? await FindDeletedAsync(repository, project, request.Aborted)
                    : DeletedReleases.None,
            },
            _ => new(),
        };
    }

    /// <summary>Finds the deleted releases; none while the store is away, as the page is there all the same.</summary>
    static async Task<DeletedReleases> FindDeletedAsync(
        HostedRepository repository, ProjectName project, CancellationToken cancellationToken)
    {
        try
        {
            return new DeletedReleases(
                await new Restorer(repository).FindAsync(project, cancellationToken),
                repository.Settings.KeepDeletedFor);
        }
        catch (IOException)
        {
            return DeletedReleases.None;
        }
    }
}
