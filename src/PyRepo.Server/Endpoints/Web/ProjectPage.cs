using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosted.Undo;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>
/// <c>project/{project}/</c> and <c>project/{project}/{version}/</c>: a project and one of its releases.
/// </summary>
sealed class ProjectPage(
    ReleaseDetailsCache details, ReleasePromotion promotion, ILogger<ProjectPage> logger)
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
        var rendered = await RenderAsync(request, project, version);
        await HtmlPage.SendAsync(request.Context, rendered);
    }

    /// <summary>Does what one of the page's forms says, and leads back to the page.</summary>
    public async Task ChangeAsync(RepositoryRequest request, ProjectName project)
    {
        var maintenance = await ProjectMaintenance.AuthorizeAsync(request, project, logger);
        var form = await PageForm.ReadAsync(request);
        var version = form["version"];
        var done = form["action"] switch
        {
            "yank" => DoAsync(maintenance.YankAsync(version ?? "", form["reason"]), "yanked"),
            "unyank" => DoAsync(maintenance.UnyankAsync(version ?? ""), "unyanked"),
            "delete" => DoAsync(
                maintenance.DeleteAsync(Confirmed(version ?? "", form["confirm"], version ?? "")), "deleted"),
            "restore" => DoAsync(maintenance.RestoreAsync(version ?? "", isTrial: false), "restored"),
            "promote" => DoAsync(maintenance.PromoteAsync(promotion, version ?? "", form["to"]), "promoted"),
            "status" => DoAsync(maintenance.SetStatusAsync(form["status"], form["reason"]), "status"),
            _ => throw new RejectedException(RejectionReason.Invalid, "Unknown action."),
        };
        var what = await done;
        // The page of the project may show another release than the one that was yanked.
        var release = what is "yanked" or "unyanked" ? $"{Uri.EscapeDataString(version!)}/" : "";
        PageForm.Redirect(request, $"project/{project.Value}/{release}?done={what}");
    }

    static async Task<string> DoAsync(Task change, string what)
    {
        await change;
        return what;
    }

    /// <summary>Requires typing to confirm an action that breaks builds.</summary>
    static string Confirmed(string version, string? typed, string expected) => typed == expected
        ? version
        : throw new RejectedException(RejectionReason.Invalid, $"Nothing was deleted. Type '{expected}' to confirm.");

    async Task<RenderedHtmlPage> RenderAsync(RepositoryRequest request, ProjectName project, string? version)
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
        var name = shown.Metadata?.Name is { } spelled
            && ProjectName.TryParse(spelled, out var parsed) && parsed == snapshot.Project
                ? spelled : snapshot.Project.Value;
        return await HtmlPage.RenderAsync(
            page, chosen is null ? name : $"{name} {chosen.Version}",
            new ProjectView(page, known, chosen, shown, name)
            {
                PromotionTargets = [.. promotion.GetTargets(request, page.Access.Caller)],
                Deleted = page.MayMaintain(project) && request.Repository.Hosted is { } repository
                    ? await FindDeletedAsync(repository, project, request.Aborted)
                    : DeletedReleases.None,
            }.Render, weight: WeightOfText + (8L * shown.Description.Text.Length)
                + (WeightOfFile * snapshot.Files.Count));
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
