using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Web.Clients;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A repository's base path in a browser: what it is, how to use it, what is new, and how it is.</summary>
static class FrontPage
{
    const int NewestProjects = 10;

    /// <summary>Sends the page.</summary>
    public static async Task ShowAsync(RepositoryRequest request)
    {
        var page = await PageContext.RequireReaderAsync(request);
        var catalog = await ReadableCatalog.ReadAsync(page);
        await HtmlPage.SendAsync(page, "", () => Html.From($"""
            <h1>{request.Repository.Name}</h1>
            <p class="lead">{WhatItIs(request.Repository)}</p>
            {Notices.Incomplete(catalog)}
            {Totals(page, catalog)}
            {Commands(page)}
            {Newest(page, catalog)}
            {RepositoryHealthView.Render(page)}
            """));
    }

    static Html WhatItIs(RepositoryRegistration repository) => new(repository switch
    {
        { Members.Count: > 0 } => "A group: several repositories of Python packages under one URL.",
        { HasUpstream: true } => "A proxy: it keeps what is installed from another index, and serves it.",
        _ => "A repository of Python packages.",
    });

    static Html Totals(PageContext page, Catalog catalog) => Html.From($"""
        <dl class="totals">
        <div><dt>Projects</dt><dd><a href="{page.Root}project/">{PageText.Count(catalog.Entries.Length)}</a></dd></div>
        <div><dt>Files</dt><dd>{PageText.Count(catalog.Entries.Sum(entry => entry.Files))}</dd></div>
        <div><dt>Size</dt><dd>{PageText.Size(catalog.Entries.Sum(entry => entry.Size))}</dd></div>
        </dl>
        """);

    static Html Commands(PageContext page)
    {
        var index = ClientIndex.Of(page);
        return Html.From($"""
            <h2>Install from here</h2>
            {ToolsView.Install(index, "PROJECT")}
            {Html.If(page.MayUpload, $"""
                <h2>Upload to here</h2>
                {ToolsView.Upload(index)}
                <p>Or <a href="{page.Root}upload/">upload a file in the browser</a>.</p>
                """)}
            """);
    }

    static Html Newest(PageContext page, Catalog catalog)
    {
        var newest = catalog.Entries.Where(entry => entry.NewestFileAt is not null)
            .OrderByDescending(entry => entry.NewestFileAt).Take(NewestProjects).ToList();
        return Html.If(newest.Count > 0, $"<h2>New here</h2>\n{ProjectRows.Render(page, newest)}");
    }
}
