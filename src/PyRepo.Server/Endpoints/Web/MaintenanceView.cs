using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The forms with which a Maintainer changes a project.</summary>
static class MaintenanceView
{
    /// <summary>Creates the forms.</summary>
    public static Html Render(
        PageContext page, ProjectSnapshot snapshot, Release? chosen, IReadOnlyList<string> targets,
        DeletedReleases deleted) => Html.From($"""
        <section class="maintenance" aria-labelledby="maintenance">
        <h2 id="maintenance">Maintenance</h2>
        {(chosen is null ? Html.Empty : OfRelease(page, snapshot, chosen, deleted))}
        {(chosen is null || targets.Count == 0 ? Html.Empty : OfPromotion(page, snapshot, chosen, targets))}
        {OfStatus(page, snapshot)}
        {deleted.Render(page, snapshot.Project)}
        </section>
        """);

    static Html OfRelease(
        PageContext page, ProjectSnapshot snapshot, Release chosen, DeletedReleases deleted) => Html.From($"""
        {(chosen.IsYanked
            ? Form(page, snapshot, "unyank", chosen.Version, $"Undo the yank of {chosen.Version}", Html.Empty, "Unyank")
            : Form(page, snapshot, "yank", chosen.Version, $"Yank {chosen.Version}", Html.From($"""
                <p>Installers skip a yanked release, unless its version is pinned with <code>==</code>.
                It can be undone.</p>
                <label>Reason <input name="reason" maxlength="512" autocomplete="off"></label>
                """), "Yank"))}
        {Form(page, snapshot, "delete", chosen.Version, $"Delete {chosen.Version}", Html.From($"""
            <p>{deleted.Warning} Builds that pin this version will fail, and its file names take no
            other content.</p>
            <label>Type {chosen.Version} to confirm <input name="confirm" required autocomplete="off"></label>
            """), "Delete")}
        """);

    static Html OfPromotion(
        PageContext page, ProjectSnapshot snapshot, Release chosen, IReadOnlyList<string> targets) => Form(
        page, snapshot, "promote", chosen.Version, $"Promote {chosen.Version}", Html.From($"""
            <p>Another repository gets the same files, with their hashes and upload times.</p>
            <label>To
            <select name="to">{targets.Select(target => Html.From($"<option>{target}</option>"))}</select></label>
            """), "Promote");

    static Html OfStatus(PageContext page, ProjectSnapshot snapshot) => Form(
        page, snapshot, "status", null, "Set the project's status", Html.From($"""
            <label>Status <select name="status">{Options(snapshot.Status)}</select></label>
            <label>Reason
            <input name="reason" maxlength="512" value="{snapshot.StatusReason}" autocomplete="off"></label>
            """), "Set");

    static Html Options(ProjectStatus current) =>
        Html.Join(Enum.GetValues<ProjectStatus>().Select(status => Option(status, current)));

    static Html Option(ProjectStatus status, ProjectStatus current) => Html.From(
        $"<option value=\"{status.ToName()}\"{Html.If(status == current, $" selected")}>{status.ToName()}</option>");

    static Html Form(
        PageContext page, ProjectSnapshot snapshot, string action, string? version, string title, Html fields,
        string button) => Html.From($"""
        <details><summary>{title}</summary>
        <form method="post" action="{page.Root}project/{snapshot.Project.Value}/">
        <input type="hidden" name="action" value="{action}">
        {Html.If(version is not null, $"""<input type="hidden" name="version" value="{version}">""")}
        {fields}
        <button>{button}</button>
        </form></details>

        """);
}
