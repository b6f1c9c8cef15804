using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RouteTests
{
    [Theory]
    [InlineData("", "Home")]
    [InlineData("legacy", "Legacy")]
    [InlineData("legacy/", "Legacy")]
    [InlineData("simple/", "ProjectList")]
    [InlineData("+simple/", "ProjectList")]
    [InlineData("simple", "Redirect simple/")]
    [InlineData("+simple", "Redirect +simple/")]
    [InlineData("simple/foo/", "ProjectPage foo")]
    [InlineData("+simple/foo/", "ProjectPage foo")]
    [InlineData("simple/foo", "Redirect simple/foo/")]
    [InlineData("+simple/foo", "Redirect +simple/foo/")]
    [InlineData("simple/Foo_Bar/", "Redirect simple/foo-bar/")]
    [InlineData("simple/foo.bar", "Redirect simple/foo-bar/")]
    [InlineData("simple/foo.zip/", "Redirect simple/foo-zip/")]
    [InlineData("simple/foo-zip/", "ProjectPage foo-zip")]
    [InlineData("simple/simple/", "ProjectPage simple")]
    [InlineData("simple/json/", "ProjectPage json")]
    public void A_page_has_one_path_and_other_spellings_redirect_to_it(string path, string expected) =>
        Assert.Equal(expected, Describe(Route.Parse(path)));

    [Theory]
    [InlineData("@2026-01-31/simple/foo/", "ProjectPage foo 2026-01-31T23:59:59.999")]
    [InlineData("@2026-01-31T12:00:00Z/simple/foo/", "ProjectPage foo 2026-01-31T12:00:00.000")]
    [InlineData("@2026-01-31T12:00:00.5+02:00/simple/foo/", "ProjectPage foo 2026-01-31T10:00:00.500")]
    [InlineData("@9999-12-31/simple/foo/", "ProjectPage foo 9999-12-31T23:59:59.999")]
    [InlineData("@2026-01-31/simple/", "ProjectList")]
    [InlineData("@2026-01-31/simple", "Redirect @2026-01-31/simple/")]
    [InlineData("@2026-01-31/simple/Foo_Bar/", "Redirect @2026-01-31/simple/foo-bar/")]
    [InlineData("@2026-02-30/simple/foo/", "Endpoint")]
    [InlineData("@yesterday/simple/foo/", "Endpoint")]
    [InlineData("@2026-01-31/packages/foo/foo-1.0.tar.gz", "Endpoint")]
    [InlineData("@2026-01-31/", "Endpoint")]
    public void A_page_as_of_a_date_has_a_path(string path, string expected) =>
        Assert.Equal(expected, Describe(Route.Parse(path)));

    [Theory]
    [InlineData("packages/foo/0123456789abcdef/foo-1.0.tar.gz", "File foo 0123456789abcdef foo-1.0.tar.gz")]
    [InlineData("packages/foo/0123456789abcdef/foo-1.0.whl.metadata", "File foo 0123456789abcdef foo-1.0.whl metadata")]
    [InlineData("packages/foo/foo-1.0.tar.gz", "File foo  foo-1.0.tar.gz")]
    [InlineData("packages/foo/foo-1.0.whl.metadata", "File foo  foo-1.0.whl metadata")]
    [InlineData("packages/Foo.Bar/x/Foo.Bar-1.0+l.1.zip", "File foo-bar x Foo.Bar-1.0+l.1.zip")]
    [InlineData("packages/foo/x/foo-1!2.0.tar.gz", "File foo x foo-1!2.0.tar.gz")]
    [InlineData("packages/foo/x/metadata", "File foo x metadata")]
    [InlineData("packages/foo/../secret", "File foo .. secret")]
    public void A_file_has_a_path_with_and_without_its_hash(string path, string expected) =>
        Assert.Equal(expected, Describe(Route.Parse(path)));

    [Theory]
    [InlineData("files/h/foo-1.0.tar.gz", "Alias h/foo-1.0.tar.gz foo-1.0.tar.gz of foo")]
    [InlineData("files/h:80/a//b/c/d/e/f/foo-1.0.whl", "Alias h:80/a//b/c/d/e/f/foo-1.0.whl foo-1.0.whl of foo")]
    [InlineData("files/h/Foo_Bar-1.0+l.1.zip", "Alias h/Foo_Bar-1.0+l.1.zip Foo_Bar-1.0+l.1.zip of foo-bar")]
    [InlineData("files/h/a-1-2.tar.gz", "Alias h/a-1-2.tar.gz a-1-2.tar.gz of a-1 a")]
    [InlineData(
        "files/h/a-1-2-3-4-5-6.zip",
        "Alias h/a-1-2-3-4-5-6.zip a-1-2-3-4-5-6.zip of a-1-2-3-4-5 a-1-2-3-4 a-1-2-3 a-1-2")]
    [InlineData("files/h/foo-1.0.whl.metadata", "Alias h/foo-1.0.whl foo-1.0.whl of foo metadata")]
    public void A_file_has_a_path_like_that_at_upstream(string path, string expected) =>
        Assert.Equal(expected, Describe(Route.Parse(path)));

    [Theory]
    [InlineData("pypi/foo/json", "ProjectJson foo ")]
    [InlineData("pypi/foo/json/", "ProjectJson foo ")]
    [InlineData("pypi/foo/1.0/json", "ProjectJson foo 1.0")]
    [InlineData("pypi/foo/1.0+l.1/json", "ProjectJson foo 1.0+l.1")]
    [InlineData("pypi/json/json", "ProjectJson json ")]
    [InlineData("pypi/Foo/json", "Redirect pypi/foo/json")]
    [InlineData("pypi/Foo/1.0/json", "Redirect pypi/foo/1.0/json")]
    public void A_project_and_a_release_have_a_document(string path, string expected) =>
        Assert.Equal(expected, Describe(Route.Parse(path)));

    [Theory]
    [InlineData("simple/{0}/", 200)]
    [InlineData("simple/{0}", 200)]
    [InlineData("+simple/{0}/", 200)]
    [InlineData("packages/{0}/0123/foo-1.0.tar.gz", 200)]
    [InlineData("packages/{0}/foo-1.0.tar.gz.metadata", 200)]
    [InlineData("packages/foo/{0}/foo-1.0.tar.gz", 128)]
    [InlineData("packages/foo/{0}", 255)]
    [InlineData("packages/foo/0123/{0}.metadata", 255)]
    [InlineData("files/h/{0}-1.0.zip", 200)]
    [InlineData("files/h/foo-1.{0}.zip", 245)]
    [InlineData("files/{0}/foo-1.0.zip", 2036)]
    [InlineData("pypi/{0}/json", 200)]
    [InlineData("pypi/{0}/1.0/json", 200)]
    [InlineData("pypi/foo/{0}/json", 200)]
    [InlineData("pypi/Foo/{0}/json", 200)]
    [InlineData("@2026-01-31/simple/{0}/", 200)]
    public void A_part_that_is_too_long_has_no_such_path_and_is_never_redirected(string path, int longest)
    {
        string GetPath(int length) => path.Replace("{0}", new string('a', length), StringComparison.Ordinal);
        Assert.NotEqual("Endpoint", Describe(Route.Parse(GetPath(longest))));
        Assert.Equal("Endpoint", Describe(Route.Parse(GetPath(longest + 1))));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("Simple/")]
    [InlineData("simple//")]
    [InlineData("simple//foo/")]
    [InlineData("simple/foo//")]
    [InlineData("simple/foo/bar/")]
    [InlineData("simple/foo/bar")]
    [InlineData("simple/../")]
    [InlineData("simple/../../etc/passwd")]
    [InlineData("simple/-foo/")]
    [InlineData("simple/foo bar/")]
    [InlineData("simple/föö/")]
    [InlineData("simple/foo%2fbar/")]
    [InlineData("simple/a/b/c/d/e/f/g/h")]
    [InlineData("packages/")]
    [InlineData("packages/foo")]
    [InlineData("packages/foo/")]
    [InlineData("packages/foo/x/")]
    [InlineData("packages/../x/y")]
    [InlineData("packages/foo/x/y/z")]
    [InlineData("packages//foo-1.0.tar.gz")]
    [InlineData("files")]
    [InlineData("files/")]
    [InlineData("files//packages/foo-1.0.zip")]
    [InlineData("files///evil.example/foo-1.0.zip")]
    [InlineData("files////foo-1.0.zip")]
    [InlineData("files/h/../packages/foo-1.0.zip")]
    [InlineData("files/foo-1.0.zip")]
    [InlineData("files/h/")]
    [InlineData("files/h/.metadata")]
    [InlineData("files/h/foo")]
    [InlineData("files/h/-1.0.zip")]
    [InlineData("pypi")]
    [InlineData("pypi/")]
    [InlineData("pypi/foo")]
    [InlineData("pypi/foo/1.0")]
    [InlineData("pypi//json")]
    [InlineData("pypi/foo/1.0/2.0/json")]
    [InlineData("legacy/x")]
    [InlineData("legacy//")]
    [InlineData("api/v1/projects/foo/files")]
    [InlineData("api/v2/projects/foo/files/x")]
    [InlineData("api/v1/projects/foo/files/x/y")]
    [InlineData("api/v1/projects/föö/files/x")]
    [InlineData("api/v1/statistics/foo")]
    [InlineData("favicon.ico")]
    [InlineData("_/oidc/audience")]
    public void Any_other_path_is_left_to_the_endpoints(string path) =>
        Assert.Equal("Endpoint", Describe(Route.Parse(path)));

    static string Describe(Route route) => route switch
    {
        Route.Redirect(var path) => $"Redirect {path}",
        Route.SimpleProject(var project, null) => $"ProjectPage {project}",
        Route.SimpleProject(var project, { } date) => $"ProjectPage {project} {date:yyyy-MM-ddTHH:mm:ss.fff}",
        Route.File(var project, var hash, var file, var isMetadata) =>
            $"File {project} {hash} {file}{(isMetadata ? " metadata" : "")}",
        Route.Alias(var alias, var file, var projects, var isMetadata) =>
            $"Alias {alias} {file} of {string.Join(' ', projects)}{(isMetadata ? " metadata" : "")}",
        Route.ProjectJson(var project, var version) => $"ProjectJson {project} {version}",
        _ => route.GetType().Name,
    };
}
