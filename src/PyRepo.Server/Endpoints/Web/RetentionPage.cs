using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted.Retention;

namespace PyRepo.Server.Endpoints.Web;

/// <summary><c>retention/</c>: what retention removes next, for Maintainers, who may have it done now.</summary>
static class RetentionPage
{
    const string Listed = "listed";

    /// <summary>The releases that are listed at once. <c>api/v1/retention</c> lists all.</summary>
    const int MaxReleases = 500;

    /// <summary>Sends the page.</summary>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        var (run, mayChange, _) = await RetentionEndpoint.AuthorizeAsync(request);
        var page = await PageContext.CreateAsync(request);
        await SendAsync(page, run, await run.FindAsync(mayChange, request.Aborted), Html.Empty);
    }

    /// <summary>Removes what was listed, and leads back to the page. If the list has changed, it is shown.</summary>
    public static async Task RunAsync(RepositoryRequest request)
    {
        var (run, mayChange, user) = await RetentionEndpoint.AuthorizeAsync(request);
        var form = await PageForm.ReadAsync(request);
        if (await run.RemoveListedAsync(form[Listed] ?? "", mayChange, user, request.Aborted) is { } removed)
        {
            new PageMessage($"{PageText.Count(removed.Length, "release", "releases")} deleted.").Redirect(
                request, "retention/");
            return;
        }
        await SendAsync(
            await PageContext.CreateAsync(request), run, await run.FindAsync(mayChange, request.Aborted),
            Notices.Problem("The list has changed meanwhile. Nothing was deleted."), StatusCodes.Status409Conflict);
    }

    static Task SendAsync(
        PageContext page, RetentionRun run, ImmutableArray<ExpiredRelease> expired, Html message,
        int status = StatusCodes.Status200OK) => HtmlPage.SendAsync(
        page, "Retention", () => Html.From($"""
            <h1>Retention</h1>
            {message}
            {Rule(run)}
            {Html.If(expired.IsEmpty && run.Next is not null, $"<p>At present, it would remove nothing.</p>")}
            {Html.If(!expired.IsEmpty, $"{Table(page, expired)}{Button(expired)}")}
            """),
        status);

    static Html Rule(RetentionRun run) => run.Next is { } next
        ? Html.From($"""<p class="lead">Old releases are removed each hour, next at {PageText.Time(next)}.</p>""")
        : Html.From($"""<p class="lead">All releases are kept: there is no <code>spec.retention</code>.</p>""");

    static Html Table(PageContext page, ImmutableArray<ExpiredRelease> expired) => Html.From($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Releases that would be removed">
        <table>
        <thead><tr><th scope="col">Release</th><th scope="col">Files</th><th scope="col">Size</th>
        <th scope="col">Why</th></tr></thead>
        <tbody>{expired.Take(MaxReleases).Select(release => Row(page, release))}</tbody>
        </table>
        </div>
        {Html.If(expired.Length > MaxReleases, $"""
            <p>These are {MaxReleases} of {PageText.Count(expired.Length, "release", "releases")}. All are in
            <a href="{page.Root}api/v1/retention">the API's list</a>.</p>
            """)}
        """);

    static Html Row(PageContext page, ExpiredRelease release) => Html.From($"""
        <tr><td><a href="{page.Root}project/{release.Project.Value}/{Uri.EscapeDataString(release.Version)}/">
        <bdi>{release.Project.Value} {release.Version}</bdi></a></td>
        <td class="size">{PageText.Count(release.Files.Length)}</td><td class="size">{PageText.Size(release.Size)}</td>
        <td>{release.Reason}</td></tr>

        """);

    static Html Button(ImmutableArray<ExpiredRelease> expired) => Html.From($"""
        <p>Deleted releases can be restored on their projects' pages for as long as
        <code>spec.retention.keepDeletedFor</code> says. The names of their files stay taken.</p>
        <form method="post">
        <input type="hidden" name="{Listed}" value="{ExpiredRelease.GetFingerprint(expired)}">
        <button class="danger">Delete {PageText.Count(expired.Length, "release", "releases")} now</button></form>
        """);
}
