using PyRepo.Resources.Access;

namespace PyRepo.Server.Tests.Serving.Routing;

public sealed class ExactPathTests
{
    [Fact]
    public async Task A_path_in_upper_case_is_another_path()
    {
        using var world = await AccessWorld.CreateAsync(CallerKind.User, Role.Maintainer, GrantScope.Own);
        foreach (var path in (string[])[
            "api/v1/tokens", "api/v1/statistics", "api/v1/retention", "upload/", "search/", "tokens/", "login/",
            $"project/{AccessWorld.Project}/", $"api/v1/why/{AccessWorld.Project}/1.0", "api/v1/openapi.json"])
        {
            Assert.Equal(200, (await world.SendAsync(path, "GET", null)).Response.StatusCode);
            var first = char.ToUpperInvariant(path[0]) + path[1..];
            foreach (var other in (string[])[first, path.ToUpperInvariant()])
                Assert.Equal(404, (await world.SendAsync(other, "GET", null)).Response.StatusCode);
        }
    }

    [Fact]
    public async Task What_a_client_chooses_in_a_path_keeps_its_case()
    {
        using var world = await AccessWorld.CreateAsync(CallerKind.User, Role.Maintainer, GrantScope.Own);
        Assert.Equal(200, (await world.SendAsync("api/v1/why/Acme.Lib/1.0", "GET", null)).Response.StatusCode);
    }
}
