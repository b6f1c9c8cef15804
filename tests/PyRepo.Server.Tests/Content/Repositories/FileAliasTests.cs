using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Tests.Proxies.Policies;

namespace PyRepo.Server.Tests.Content.Repositories;

public sealed class FileAliasTests
{
    [Theory]
    [InlineData("https://files.example/packages/ab/demo-1.0.zip", "files.example/packages/ab/demo-1.0.zip")]
    [InlineData("http://files.example/demo-1.0.zip", "files.example/demo-1.0.zip")]
    [InlineData("https://files.example:8443/demo-1.0.zip", "files.example:8443/demo-1.0.zip")]
    [InlineData("https://[::1]:8443/demo-1.0.zip", "[::1]:8443/demo-1.0.zip")]
    [InlineData("https://[::1]/demo-1.0.zip", "[::1]/demo-1.0.zip")]
    [InlineData("https://files.example/a%2Bb/%7Ec/d%2fe/demo-1.0.zip", "files.example/a%2Bb/%7Ec/d%2fe/demo-1.0.zip")]
    [InlineData("https://files.example/a%20b//ä/demo-1%2E0.zip", "files.example/a%20b//ä/demo-1%2E0.zip")]
    public void An_alias_is_the_text_of_upstreams_URL_after_its_scheme(string url, string alias) =>
        Assert.Equal(alias, FileAlias.Find(GetFile(url)));

    [Theory]
    [InlineData("HTTPS://Files.EXAMPLE:443/demo-1.0.zip", "files.example/demo-1.0.zip")]
    [InlineData("http://files.example:80/demo-1.0.zip", "files.example/demo-1.0.zip")]
    [InlineData("https://bücher.example/demo-1.0.zip", "xn--bcher-kva.example/demo-1.0.zip")]
    public void An_alias_has_the_host_as_clients_write_it(string url, string alias) =>
        Assert.Equal(alias, FileAlias.Find(GetFile(url)));

    [Fact]
    public void An_alias_has_no_query_which_may_be_a_signature() => Assert.Equal(
        "files.example/demo-1.0.zip", FileAlias.Find(GetFile("https://files.example/demo-1.0.zip?sig=a/b#c")));

    [Theory]
    [InlineData(null)]
    [InlineData("packages/demo/@01/demo-1.0.zip")]
    [InlineData("https://files.example")]
    [InlineData("https://files.example?/demo-1.0.zip")]
    [InlineData("https://files.example\\demo-1.0.zip")]
    [InlineData("https://files.example/a\\b/demo-1.0.zip")]
    [InlineData("https://user:secret@files.example/demo-1.0.zip")]
    [InlineData("https://files.example/download?file=demo-1.0.zip")]
    [InlineData("https://files.example/other-1.0.zip")]
    [InlineData("https://files.example/demo-1.0.zip/")]
    [InlineData("https://files.example/../../packages/demo-1.0.zip")]
    [InlineData("https://files.example/a/%2e%2E/demo-1.0.zip")]
    [InlineData("https://files.example/./demo-1.0.zip")]
    [InlineData("https://files.example/a/.\t./demo-1.0.zip")]
    [InlineData("https:/files.example/demo-1.0.zip")]
    [InlineData(" https://files.example/demo-1.0.zip")]
    public void What_a_path_cannot_stand_for_has_no_alias(string? url)
    {
        var file = GetFile(url) with { IsLinkedAtUpstream = true };
        Assert.Null(FileAlias.Find(file));
        Assert.Equal($"packages/demo/{file.Sha256!.Value.Prefix16}/demo-1.0.zip", FileLinks.FromBase(file));
    }

    [Theory]
    [InlineData("files.example/a+b/c%2Fd/demo-1.0.zip", true)]
    [InlineData("Files.Example/a+b/c%2fd/demo-1.0.zip", true)]
    [InlineData("files.example/A+b/c%2Fd/demo-1.0.zip", false)]
    [InlineData("files.example/a+b/c/d/demo-1.0.zip", false)]
    [InlineData("files.example:8443/a+b/c%2Fd/demo-1.0.zip", false)]
    [InlineData("evil.example/a+b/c%2Fd/demo-1.0.zip", false)]
    [InlineData("files.example", false)]
    public void A_request_for_the_same_host_and_path_is_for_the_file(string requested, bool expected)
    {
        var file = GetFile("https://files.example/a%2Bb/c%2fd/demo-1.0.zip");
        Assert.Equal(expected, FileAlias.IsOf(file, requested));
        var request = new FileRequest(
            ProjectName.Parse("demo"), "demo-1.0.zip", null, FileContentKind.Bytes)
        {
            Alias = requested,
        };
        Assert.Equal(expected, request.FindIn(PolicyFiles.Project("demo", file)) is not null);
        Assert.False(FileAlias.IsOf(GetFile(null), requested));
    }

    [Fact]
    public void The_URL_at_a_member_is_decoded_to_what_was_asked_for()
    {
        var folder = new Uri("http://member/all/files/");
        Assert.Equal(
            "http://member/all/files/h%3A80/a%2Bb/%C3%A4%252F/d.zip",
            FileAlias.GetUrl(folder, "h:80/a+b/ä%2F/d.zip").AbsoluteUri);
    }

    [Fact]
    public void A_page_is_long_enough_for_the_URLs_that_it_links_to()
    {
        var file = GetFile("https://files.example/" + new string('&', 1000) + "/demo-1.0.zip");
        Assert.True(
            LengthOnPage.Measure(file with { IsLinkedAtUpstream = true }) >= LengthOnPage.Measure(file) + 6000);
    }

    static Distribution GetFile(string? url) =>
        PolicyFiles.File("demo-1.0.zip", "demo") with { UpstreamUrl = url };
}
