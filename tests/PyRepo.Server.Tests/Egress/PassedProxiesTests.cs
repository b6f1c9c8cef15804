using PyRepo.Egress;

namespace PyRepo.Server.Tests.Egress;

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
    public void Entries_added_by_others_are_not_passed_on(string header)
    {
        PassedProxies.Note(header);
        Assert.Equal(_one, PassedProxies.Current.HeaderWith(_one));
    }

    [Fact]
    public void Invented_names_are_not_taken_for_a_loop_and_the_last_ones_count()
    {
        var invented = Enumerable.Range(0, 1000).Select(_ => PassedProxies.NewId()).ToList();
        PassedProxies.Note(string.Join(", ", invented));
        Assert.False(PassedProxies.Current.Include(_one));
        Assert.True(PassedProxies.Current.HeaderWith(_one).Length < 500);
        PassedProxies.Note(string.Join(", ", [.. invented, _one]));
        Assert.True(PassedProxies.Current.Include(_one));
    }

    [Fact]
    public async Task Shared_work_knows_only_its_list_and_nothing_else_of_its_caller()
    {
        var caller = new AsyncLocal<string?> { Value = "alice" };
        PassedProxies.Note(_one);
        var one = PassedProxies.Current;
        PassedProxies.Note(_two);
        Assert.Equal(
            (one, null), await one.StartAsync(() => Task.FromResult((PassedProxies.Current, caller.Value))));
        Assert.True(PassedProxies.Current.Include(_two));
    }

    [Fact]
    public void Lists_of_the_same_names_are_equal()
    {
        Assert.Equal(From($"{_one}, {_two}"), From($"Fastly, {_one}, {_two}"));
        Assert.Equal(From(null), From("Fastly"));
        Assert.NotEqual(From($"{_one}, {_two}"), From($"{_two}, {_one}"));
        Assert.NotEqual(From(_one), From(null));
    }

    static PassedProxies From(string? header)
    {
        PassedProxies.Note(header);
        return PassedProxies.Current;
    }
}
