using PyRepo.Server.Upstream;

namespace PyRepo.Server.Tests.Upstream;

public sealed class PassedProxiesTests
{
    readonly string _one = PassedProxies.NewId();
    readonly string _two = PassedProxies.NewId();

    [Fact]
    public void A_request_that_passed_a_proxy_is_recognized_by_it_and_no_other()
    {
        PassedProxies.Note($"Fastly, {_one}");
        Assert.True(PassedProxies.Current.Include(_one));
        Assert.False(PassedProxies.Current.Include(_two));
        Assert.Equal($"{_one}, {_two}", PassedProxies.Current.HeaderWith(_two));
    }

    [Fact]
    public async Task Tasks_that_a_request_starts_know_it_and_the_next_request_does_not()
    {
        PassedProxies.Note(_one);
        Assert.True(await Task.Run(() => PassedProxies.Current.Include(_one)));
        PassedProxies.Note(null);
        Assert.False(PassedProxies.Current.Include(_one));
    }

    [Theory]
    [InlineData("Fastly, Cloudflare; a=b")]
    [InlineData("pyrepo-")]
    [InlineData("pyrepo-0123456789ABCDEF")]
    [InlineData("pyrepo-0123456789abcdef0")]
    [InlineData(",,, ,")]
    public void What_others_write_is_not_passed_on(string header)
    {
        PassedProxies.Note(header);
        Assert.Equal(_one, PassedProxies.Current.HeaderWith(_one));
    }

    [Fact]
    public void A_chain_that_is_too_long_is_a_loop()
    {
        PassedProxies.Note(string.Join(", ", Enumerable.Range(0, 15).Select(_ => PassedProxies.NewId())));
        Assert.False(PassedProxies.Current.Include(_one));
        PassedProxies.Note(string.Join(", ", Enumerable.Range(0, 1000).Select(_ => PassedProxies.NewId())));
        Assert.True(PassedProxies.Current.Include(_one));
        Assert.True(PassedProxies.Current.HeaderWith(_one).Length < 500);
    }
}
