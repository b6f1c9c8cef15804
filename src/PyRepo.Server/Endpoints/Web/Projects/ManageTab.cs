using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Web.Projects;

/// <summary>The forms with which a Maintainer changes a project.</summary>
static class ManageTab
{
    /// <summary>Creates the forms.</summary>
    public static Html Render(ShownProject shown) => Html.From($"""
        <section class="maintenance" aria-label="Manage">
        {(shown.Refused is { } other && !_actions.Contains(other.Form["action"])
            ? Notices.Problem(other.Problem) : Html.Empty)}
        {(shown.Chosen is { } chosen ? OfRelease(shown, chosen) : Html.Empty)}
        {OfStatus(shown)}
        {Html.If(shown.Refused?.Form["action"] is "restore", $"{Notices.Problem(shown.Refused?.Problem)}")}
        {shown.Content.Deleted.Render(shown.Page, shown.Project)}
        </section>
        """);

    static readonly string?[] _actions = ["yank", "unyank", "delete", "promote", "status", "restore"];

    static Html OfRelease(ShownProject shown, Release chosen) => Html.From($"""
        {(chosen.IsYanked
            ? Form(shown, "unyank", chosen.Version, $"Undo the yank of {chosen.Version}", Html.Empty, "Undo the yank")
            : OfYank(shown, chosen))}
        {Html.If(shown.Content.PromotionTargets.Count > 0, $"{OfPromotion(shown, chosen)}")}
        {Form(shown, "delete", chosen.Version, $"Delete {chosen.Version}", Html.From($"""
            <p>{shown.Content.Deleted.Warning} Builds that pin this version will fail, and its file names
            cannot be used again.</p>
            {TextField(
                "delete-confirm", "confirm", $"Type {chosen.Version} to confirm",
                shown.Refused?.Typed("delete", "confirm"), isRequired: true)}
            """), "Delete release", "danger")}
        """);

    static Html OfYank(ShownProject shown, Release chosen) => Form(
        shown, "yank", chosen.Version, $"Yank {chosen.Version}", Html.From($"""
            <p>Installers skip a yanked release, unless its version is pinned with <code>==</code>. You can undo it.</p>
            {TextField("yank-reason", "reason", "Reason", shown.Refused?.Typed("yank", "reason"))}
            """), "Yank release");

    static Html OfPromotion(ShownProject shown, Release chosen)
    {
        var typed = shown.Refused?.Typed("promote", "to");
        return Form(shown, "promote", chosen.Version, $"Promote {chosen.Version}", Html.From($"""
            <div class="field"><label for="promote-to">To</label>
            <p class="help">The other repository gets the same files, with their hashes and upload times.</p>
            <select id="promote-to" name="to" required><option value="">Choose a repository</option>
            {shown.Content.PromotionTargets.Select(target => Option(target, typed))}</select></div>
            """), "Promote release");
    }

    static Html OfStatus(ShownProject shown)
    {
        var snapshot = shown.Snapshot;
        var status = shown.Refused?.Typed("status", "status") ?? snapshot.Status.ToName();
        return Form(shown, "status", null, "Set the project's status", Html.From($"""
            <div class="field"><label for="status">Status</label>
            <select id="status" name="status">
            {Enum.GetValues<ProjectStatus>().Select(each => Option(each.ToName(), status))}</select></div>
            {TextField(
                "status-reason", "reason", "Reason",
                shown.Refused?.Typed("status", "reason") ?? snapshot.StatusReason)}
            """), "Set status");
    }

    static Html TextField(
        string id, string name, string label, string? value, bool isRequired = false) => Html.From($"""
        <div class="field"><label for="{id}">{label}</label>
        <input id="{id}" name="{name}" maxlength="{ServerLimits.MaxReasonLength}" value="{value}" autocomplete="off"
        {Html.If(isRequired, $"required")}></div>
        """);

    static Html Option(string name, string? chosen) => Html.From(
        $"<option value=\"{name}\"{Html.If(name == chosen, $" selected")}>{name}</option>");

    static Html Form(
        ShownProject shown, string action, string? version, string title, Html fields, string button,
        string meaning = "") => Html.From($"""
        <details{Html.If(shown.Refused?.Form["action"] == action, $" open")}><summary>{title}</summary>
        <form method="post" action="{shown.Path}" class="stacked">
        {shown.Refused?.ProblemIn(action) ?? Html.Empty}
        <input type="hidden" name="action" value="{action}">
        {Html.If(version is not null, $"""<input type="hidden" name="version" value="{version}">""")}
        {fields}
        <button class="{meaning}">{button}</button>
        </form></details>

        """);
}
