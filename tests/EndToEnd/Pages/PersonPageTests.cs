using EndToEnd.Clients;
using EndToEnd.Examples;

namespace EndToEnd.Pages;

/// <summary>
/// What the pages for each kind of reader tell them to type leads where the pages say. The page for a cluster is typed by
/// <c>FromEmpty.CompanyPageTests</c>.
/// </summary>
public sealed class PersonPageTests(ITestOutputHelper output) : IDisposable
{
    readonly ClientHome _home = new();

    public void Dispose() => _home.Dispose();

    [ClientFact]
    public async Task Who_installs_gets_a_package_with_pip_uv_poetry_and_pdm()
    {
        await using var index = await CompanyIndex.StartAsync();
        foreach (var file in await BuildLibraryAsync())
            await index.UploadAsync(file);
        await using var page = index.Open("install-packages.md")
            .With("machine pypi.example.com", $"machine {index.Server.Url.Host}");
        await TypeAsync(index, page);
    }

    [ClientFact]
    public async Task Who_publishes_uploads_a_package_and_takes_it_back()
    {
        await using var index = await CompanyIndex.StartAsync();
        await using var page = index.Open("publish-packages.md")
            .WithVariable("PYREPO_PASSWORD", CompanyIndex.PasswordOfAlice)
            .WithHomeFile(".netrc", $"machine 127.0.0.1 login bob password {CompanyIndex.PasswordOfBob}\n");
        await TypeAsync(index, page);
    }

    [ClientFact]
    public async Task Who_runs_it_for_a_team_has_users_and_a_backup_that_can_be_restored()
    {
        await using var upstream = await PublicIndex.StartAsync("six-1.17.0-py2.py3-none-any.whl");
        await using var page = new LaptopPage("run-for-a-team.md")
            .With("https://pypi.org/simple/", $"{upstream.Server.Index}");
        await page.TypeAsync();
    }

    [AssetFact("sigstore/pypi-attestations")]
    public async Task Who_answers_for_security_learns_why_who_and_from_where()
    {
        await using var index = await CompanyIndex.StartAsync();
        foreach (var file in await BuildLibraryAsync())
            await index.UploadAsync(file);
        await index.UploadAsync(Assets.GetPath("sigstore", "pypi-attestations", "pypi_attestations-0.0.19.tar.gz"));
        var group = index.Server.IndexOf("all").ToString().Replace(
            "http://", $"http://bob:{CompanyIndex.PasswordOfBob}@", StringComparison.Ordinal);
        (await _home.RunAsync("pip", "install", "--index-url", group, "--target", _home.New("target"), "acme-lib"))
            .MustSucceed();
        await using var page = index.Open("answer-for-security.md")
            .WithVariable("PYREPO_PASSWORD", CompanyIndex.PasswordOfAudrey)
            .WithHomeFile(".netrc", $"machine 127.0.0.1 login audrey password {CompanyIndex.PasswordOfAudrey}\n");
        await TypeAsync(index, page);
    }

    async Task TypeAsync(CompanyIndex index, LaptopPage page)
    {
        try
        {
            await page.TypeAsync();
        }
        finally
        {
            index.Server.ShowLog(output);
        }
    }

    async Task<IReadOnlyList<string>> BuildLibraryAsync()
    {
        (await _home.RunAsync("uv", "init", "--quiet", "--lib", _home.New("acme-lib"))).MustSucceed();
        (await _home.RunAsync("uv", "build", "--quiet", _home.New("acme-lib"))).MustSucceed();
        return [.. Directory.GetFiles(Path.Combine(_home.New("acme-lib"), "dist"), "acme_lib-*").Order()];
    }
}
