using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A project's status beside its name.</summary>
static class StatusBadge
{
    /// <summary>Creates the badge, or nothing for an active project.</summary>
    public static Html Render(ProjectStatus status) => Html.If(
        status is not ProjectStatus.Active,
        $"""<span class="badge {(status is ProjectStatus.Quarantined ? "bad" : "warn")}">{status.ToName()}</span>""");
}
