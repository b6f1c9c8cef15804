using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Web;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed class ReportedFilesViewTests
{
    [Fact]
    public void What_a_rule_reports_is_listed_by_file()
    {
        var html = Render(new Verdict("provenance", "unverified", "has <no> attestation"));
        Assert.Contains("""<h2 id="reported">""", html, StringComparison.Ordinal);
        Assert.Contains("<bdi>foo-1.0.tar.gz</bdi>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<code>provenance</code> <bdi>has &lt;no&gt; attestation</bdi>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_shown_if_no_rule_reports_anything() => Assert.Equal("", Render());

    static string Render(params Verdict[] reported)
    {
        Assert.True(DistributionFileName.TryParse("foo-1.0.tar.gz", ProjectName.Parse("foo"), out var name));
        var file = new Distribution { Name = name, Size = 1, Sha256 = null, UploadedAt = null, Location = "" };
        return ReportedFilesView.Render(new ProjectSnapshot
        {
            Project = name.Project,
            Version = "1",
            Files = [new SnapshotFile(file) { Reported = [.. reported] }],
        }).Text;
    }
}
