using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RepositoryRegistryTests
{
    [Theory]
    [InlineData("/team-a/", "team-a", "")]
    [InlineData("/team-a", "team-a", "")]
    [InlineData("/team-a/simple/foo/", "team-a", "simple/foo/")]
    [InlineData("/team-a//simple/", "team-a", "/simple/")]
    [InlineData("/team-b/x", "team-b", "x")]
    [InlineData("/team-c/", null, "")]
    [InlineData("/team", null, "")]
    [InlineData("/Team-A/", null, "")]
    [InlineData("/", null, "")]
    [InlineData("", null, "")]
    public void Each_repository_is_found_below_its_name(string path, string? name, string rest)
    {
        var served = new RepositoryRegistry();
        served.Replace([RequestFor.Repository("team-b"), RequestFor.Repository("team-a")], root: null);
        Assert.Equal(name is not null, served.TryFind(path, out var found, out var left));
        Assert.Equal((name, rest), (found?.Name, left));
        Assert.Equal(["team-a", "team-b"], served.All.Select(one => one.Name));
    }

    [Theory]
    [InlineData("/python/", "")]
    [InlineData("/python", "")]
    [InlineData("/python/simple/", "simple/")]
    [InlineData("/simple/", "simple/")]
    [InlineData("/", "")]
    [InlineData("", "")]
    [InlineData("/pythons", "pythons")]
    public void A_repository_that_is_served_alone_is_found_at_the_root_and_below_its_path(string path, string rest)
    {
        var served = new RepositoryRegistry();
        var root = RequestFor.Repository() with { BasePath = "/python/" };
        served.Replace([root], root);
        Assert.True(served.TryFind(path, out var found, out var left));
        Assert.Same(root, found);
        Assert.Equal(rest, left);
    }
}
