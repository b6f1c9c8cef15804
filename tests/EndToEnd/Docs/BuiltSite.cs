using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Docs;

/// <summary>The site of the documentation, as <c>./dev docs</c> builds it, on a server of files.</summary>
public sealed class BuiltSite : IAsyncLifetime
{
    static readonly string _root = SourceTree.At("artifacts", "site");

    WebApplication? _server;

    /// <summary>Why tests are skipped, or null if what builds it is there.</summary>
    public static string? Missing { get; } =
        File.Exists(Path.Combine(_root, "node_modules", "vitepress", "package.json"))
            ? null : "VitePress is missing: ./dev test docs installs it if there are node and npm.";

    /// <summary>The folder that was built.</summary>
    public static string Folder { get; } = SourceTree.At("artifacts", "docs");

    /// <summary>The first page.</summary>
    public Uri Home => new(_server!.Urls.Single() + "/");

    /// <summary>The path of a page's HTML in the site, by the path of its Markdown in the repository.</summary>
    public IReadOnlyDictionary<string, string> Paths { get; private set; } = new Dictionary<string, string>();

    /// <summary>All pages, by their paths in the site.</summary>
    public IReadOnlyDictionary<string, SitePage> Pages { get; private set; } = new Dictionary<string, SitePage>();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // A fixture is made even if all its tests are skipped.
        if (Missing is not null)
            return;
        var built = await new ProgramRun(
            "env", $"PYREPO_PROGRAM={PyRepoProgram.Path}", "PYREPO_DOCS_BASE=", "node",
            SourceTree.At("docs", ".vitepress", "build.mjs"), Folder).RunAsync();
        built.MustSucceed();
        Paths = ReadPaths();
        Pages = Directory.EnumerateFiles(Folder, "*.html", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file))
            .ToDictionary(path => path, path => SitePage.Read(Folder, path));
        await ServeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    static Dictionary<string, string> ReadPaths()
    {
        using var site = JsonDocument.Parse(File.ReadAllText(Path.Combine(_root, "site.json")));
        return site.RootElement.GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("pages").EnumerateArray())
            .ToDictionary(
                page => page.GetProperty("source").GetString()!,
                page => Path.ChangeExtension(page.GetProperty("path").GetString()!, ".html"));
    }

    async Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(Folder) });
        await _server.StartAsync();
    }
}
