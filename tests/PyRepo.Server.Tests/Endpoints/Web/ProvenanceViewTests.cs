using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Web;
using PyRepo.Server.Tests.Hosted;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed class ProvenanceViewTests
{
    const string Commit = AttestedFolder.Commit;

    [Fact]
    public async Task A_projects_page_names_the_publisher_the_commit_and_the_entry_of_the_log()
    {
        using var folder = new AttestedFolder();
        await folder.OpenAsync();
        await folder.AddAsync();
        foreach (var path in (string[])["project/foo/?tab=files", "project/foo/1.0/?tab=files"])
        {
            var page = await folder.GetAsync(path);
            Contains(page, "#provenance\">provenance");
            Contains(page, "<bdi>GitHub acme/lib release.yml</bdi>");
            Contains(page, $"""<a href="https://github.com/acme/lib/commit/{Commit}" rel="nofollow""");
            Contains(page, "<code>0123456789ab</code>");
            Contains(page, "2026-03-01 12:00 UTC");
            Assert.Matches(@"entry \d+ of <bdi>rekor\.test</bdi>", page);
        }
    }

    [Fact]
    public async Task A_projects_page_says_why_an_attestation_is_not_proved()
    {
        using var folder = new AttestedFolder();
        await folder.OpenAsync();
        await folder.AddAsync(change: request => request with { Signed = bytes => [.. bytes, 0] });
        Contains(
            await folder.GetAsync("project/foo/?tab=files"), "has an attestation that is not proved (Signature): ");
    }

    [Fact]
    public async Task A_projects_page_without_attestations_or_verdicts_has_no_such_section()
    {
        using var folder = new AttestedFolder();
        await folder.OpenAsync();
        await folder.AddUnattestedAsync("win32");
        Assert.DoesNotContain("#provenance", await folder.GetAsync("project/foo/?tab=files"), StringComparison.Ordinal);
        await folder.AddAsync();
        folder.Use(null);
        Assert.DoesNotContain("#provenance", await folder.GetAsync("project/foo/?tab=files"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_one_publisher_and_commit_are_shown_together_and_not_all_of_very_many()
    {
        var html = Render([.. Enumerable.Range(0, 160).Select(i => Proved($"cp{i}", Attestation))]);
        Assert.Single(Split(html, "<dt>Publisher</dt>"));
        Assert.Equal(100, Split(html, "signed at").Count);
        Contains(html, "<li>and 60 more</li>");
        html = Render([Proved("cp1", Attestation), Proved("cp2", Attestation with { Commit = new string('a', 40) })]);
        Assert.Equal(2, Split(html, "<dt>Publisher</dt>").Count);
    }

    [Fact]
    public void What_a_certificate_says_is_text_and_leads_nowhere_it_should_not()
    {
        const string Script = "<script>alert(1)</script>\"'&";
        var hostile = Attestation with
        {
            Publisher = Script,
            Repository = "javascript:alert(1)",
            Commit = Script,
            Ref = Script,
            Workflow = Script,
            Log = Script,
        };
        var html = Render([Proved("any", hostile), Refused("win32", Script), Established("win_arm64", Script)]);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<a ", html, StringComparison.Ordinal);
        foreach (var repository in (string[])["http://github.com/acme/lib", "https://a@github.com/acme", "x", "//x/y"])
            Assert.DoesNotContain("<a ", Render([Proved("any", Attestation with { Repository = repository })]),
                StringComparison.Ordinal);
        html = Render([Proved("any", Attestation with { Commit = "../../x" })]);
        Assert.DoesNotContain("../../x\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GitHub", "https://git.example/acme/lib/", "https://git.example/acme/lib/commit/")]
    [InlineData("GitLab", "https://git.example/acme/lib", "https://git.example/acme/lib/-/commit/")]
    [InlineData("Other", "https://git.example/acme/lib", null)]
    public void A_commit_leads_to_where_its_host_shows_it(string kind, string repository, string? address)
    {
        var html = Render([Proved("any", Attestation with { Kind = kind, Repository = repository })]);
        Contains(html, $"""<a href="{repository.TrimEnd('/')}" rel="nofollow""");
        Assert.Equal(address is not null, html.Contains($"href=\"{address}{Commit}\"", StringComparison.Ordinal));
        Contains(html, "<code>0123456789ab</code>");
    }

    [Fact]
    public void Files_that_nobody_attested_are_shown_only_if_somebody_is_missed()
    {
        var absent = new VerifiedProvenance { Verdict = ProvenanceVerdict.Absent };
        Assert.Equal("", Render([GetFile("any", absent), GetFile("win32", null)]));
        var html = Render([Established("any", "GitHub acme/lib release.yml")]);
        Contains(html, "<bdi>foo-1.0-py3-none-any.whl</bdi>");
        Contains(html, "is not attested by GitHub acme/lib release.yml, who attested earlier files.");
    }

    [Fact]
    public void Files_that_are_not_verified_yet_are_counted()
    {
        var pending = new VerifiedProvenance { Verdict = ProvenanceVerdict.Pending };
        Contains(Render([GetFile("any", pending), GetFile("win32", pending)]), "2 files are not verified yet.");
    }

    [Fact]
    public void Files_with_the_same_fault_are_listed_below_it()
    {
        var html = Render([Refused("cp1", "has a fault"), Refused("cp2", "has a fault")]);
        Assert.Single(Split(html, "has a fault."));
        Contains(html, "Each of 2 files");
        Contains(html, "foo-1.0-py3-none-cp2.whl");
    }

    static ProvenAttestation Attestation { get; } = new()
    {
        Publisher = "GitHub acme/lib release.yml",
        Kind = "GitHub",
        Name = "acme/lib",
        Issuer = "https://token.actions.githubusercontent.com",
        Workflow = "release.yml",
        Repository = "https://github.com/acme/lib",
        Commit = Commit,
        Ref = "refs/tags/v1",
        SignedAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
        Log = "rekor.test",
        LogIndex = 12,
    };

    static Distribution Proved(string tag, ProvenAttestation attestation) =>
        GetFile(tag, new() { Verdict = ProvenanceVerdict.Verified, Attestations = [attestation] });

    static Distribution Refused(string tag, string problem) =>
        GetFile(tag, new() { Verdict = ProvenanceVerdict.Refused, Problem = problem });

    static Distribution Established(string tag, string publisher) =>
        GetFile(tag, new() { Verdict = ProvenanceVerdict.Absent, Established = [publisher] });

    static Distribution GetFile(string tag, VerifiedProvenance? verified)
    {
        Assert.True(DistributionFileName.TryParse(
            $"foo-1.0-py3-none-{tag}.whl", ProjectName.Parse("foo"), out var name));
        return new()
        {
            Name = name,
            Size = 1,
            Sha256 = null,
            UploadedAt = null,
            Location = "",
            Verified = verified,
        };
    }

    static string Render(List<Distribution> files) =>
        ProvenanceView.Render(new Release("1.0", PythonVersion.ParseOrNull("1.0"), files)).Text;

    static List<string> Split(string html, string by) => [.. html.Split(by).Skip(1)];

    static void Contains(string html, string part) => Assert.Contains(part, html, StringComparison.Ordinal);
}
