using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The files on which a proxy's policy reports something without hiding them.</summary>
static class ReportedFilesView
{
    const int MaxFiles = 100, MaxVerdicts = 20;

    /// <summary>Creates the list; nothing if there is no such file.</summary>
    public static Html Render(ProjectSnapshot snapshot)
    {
        var reported = snapshot.Files.Reported.Reverse().ToList();
        return Html.If(reported.Count > 0, $"""
            <h2 id="reported">Reported by the policy</h2>
            <p>The policy reports {PageText.Count(reported.Count, "file", "files")}, and hides none of them for that.</p>
            <ul class="reported">{reported.Take(MaxFiles).Select(File)}</ul>
            """);
    }

    static Html File(SnapshotFile file) => Html.From($"""
        <li><b><bdi>{file.Distribution.Name.FileName}</bdi></b>
        <ul>{file.Reported.Take(MaxVerdicts).Select(Verdict)}</ul></li>

        """);

    /// <summary>Returns the rule, with the one of the release guard's rules that decided.</summary>
    static string GetRule(Verdict verdict) =>
        verdict is { Rule: GuardFindingRule.Name, Entry: { } entry } ? $"{verdict.Rule} {entry}" : verdict.Rule;

    static Html Verdict(Verdict verdict) => Html.From($"""
        <li><code>{GetRule(verdict)}</code> <bdi>{verdict.Reason}</bdi></li>
        """);
}
