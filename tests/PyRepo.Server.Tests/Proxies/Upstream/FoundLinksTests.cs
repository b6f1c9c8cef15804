using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Tests.Proxies.Upstream;

public sealed class FoundLinksTests
{
    [Theory]
    [InlineData("demo-1.0.tar.gz", "demo")]
    [InlineData("Foo_Bar-1.0.tar.gz", "foo-bar")]
    [InlineData("python-dateutil-2.8.2.tar.gz", "python-dateutil")]
    [InlineData("foo-2-1.0.zip", "foo-2")]
    [InlineData("zope.interface-5.0-cp39-cp39-win32.whl", "zope-interface")]
    [InlineData("foo_bar-1.0-1-py3-none-any.whl", "foo-bar")]
    public void A_file_belongs_to_the_project_that_its_name_says(string fileName, string project) =>
        Assert.Equal([project], GetProjects(fileName));

    [Theory]
    [InlineData("README.txt")]
    [InlineData("index.html")]
    [InlineData("demo.tar.gz")]
    [InlineData("linux-amd64.tar.gz")]
    [InlineData("../demo-1.0.tar.gz")]
    [InlineData("demo-1.0-py3-none-any.whl.asc")]
    public void Other_links_belong_to_none(string fileName) => Assert.Empty(GetProjects(fileName));

    [Fact]
    public void A_project_has_its_own_files_alone()
    {
        var links = LinksTo("foo-1.0.tar.gz", "foo-bar-1.0.tar.gz", "foo-2.0.tar.gz");
        var page = links.GetPage(ProjectName.Parse("foo"))!;
        Assert.Equal(["foo-1.0.tar.gz", "foo-2.0.tar.gz"], page.Files.Select(f => f.FileName));
        Assert.Null(links.GetPage(ProjectName.Parse("bar")));
    }

    static IEnumerable<string> GetProjects(string fileName) => LinksTo(fileName).ToList().Projects.Select(p => p.Name);

    static FoundLinks LinksTo(params IEnumerable<string> fileNames) => FoundLinks.From(new ProjectDetail
    {
        Name = "",
        Files = [.. fileNames.Select(name => new PageFile { FileName = name, Url = $"https://example.com/{name}" })],
    });
}
