using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class LocalHostsTests
{
    [Theory]
    [InlineData("127.0.0.1:8081", true)]
    [InlineData("10.1.2.3:8081", true)]
    [InlineData("[::1]:8081", true)]
    [InlineData("[fd00::12]", true)]
    [InlineData("localhost:8081", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("localhost.:8081", true)]
    [InlineData("team.localhost:8081", true)]
    [InlineData("eviLlocalhost", false)]
    [InlineData("", true)]
    [InlineData(null, true)]
    [InlineData("xn--", false)]
    [InlineData("a_..b", false)]
    [InlineData("evil.example:8081", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example:8081", false)]
    [InlineData("team-a.packages.svc:8081", false)]
    public void Only_addresses_and_localhost_are_answered(string? host, bool allowed) =>
        Assert.Equal(allowed, LocalHosts.Include(host));
}
