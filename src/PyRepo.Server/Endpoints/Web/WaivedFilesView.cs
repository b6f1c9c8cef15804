using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The files that a proxy serves although a rule hides them, and who said so.</summary>
static class WaivedFilesView
{
    const int MaxFiles = 100;

    /// <summary>Creates the list; nothing if there is no such file.</summary>
    public static Html Render(ProjectSnapshot snapshot)
    {
        var waived = snapshot.Files.Waived.Reverse().ToList();
        return Html.If(waived.Count > 0, $"""
            <h2 id="waived">Let through for a while</h2>
            <ul class="waived">{waived.Take(MaxFiles).Select(File)}</ul>
            """);
    }

    static Html File(SnapshotFile file) => Html.From($"""
        <li><b><bdi>{file.Distribution.Name.FileName}</bdi></b>
        <ul>{file.Waivers.Select(Waiver)}</ul></li>

        """);

    static Html Waiver(Waiver waiver) => Html.From($"""
        <li><code>{waiver.Rule}</code> is waived by <bdi>{waiver.By}</bdi> until {PageText.Time(waiver.Until)}:
        <bdi>{waiver.Reason}</bdi></li>
        """);
}
