using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The files that a proxy's policy hides, and why.</summary>
static class HiddenFilesView
{
    const int MaxFiles = 100, MaxVerdicts = 20;

    /// <summary>Creates the list; nothing if no file is hidden.</summary>
    public static Html Render(ProjectSnapshot snapshot)
    {
        var hidden = snapshot.Files.Hidden.Reverse().ToList();
        return Html.If(hidden.Count > 0, $"""
            <h2 id="hidden">Hidden by the policy</h2>
            <p>{PageText.Count(hidden.Count, "file is", "files are")} hidden from installers.</p>
            <ul class="hidden">{hidden.Take(MaxFiles).Select(File)}</ul>
            """);
    }

    static Html File(SnapshotFile file) => Html.From($"""
        <li><b><bdi>{file.Distribution.Name.FileName}</bdi></b>
        <ul>{file.HiddenBy.Take(MaxVerdicts).Select(Verdict)}</ul></li>

        """);

    static Html Verdict(Verdict verdict) => Html.From($"""
        <li><code>{verdict.Rule}</code> <bdi>{verdict.Reason}</bdi>{Times(verdict)}</li>
        """);

    static Html Times(Verdict verdict) =>
        Html.From($"{PageText.Day(", since ", verdict.Since)}{PageText.Day(", until ", verdict.Until)}");
}
