using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class SeenProjectsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_project_that_was_added_is_known_after_a_restart_and_few_others_are()
    {
        var seen = new SeenProjects(new DirectoryStore(_folder.Path));
        long last = 0;
        for (var i = 0; i < 20_000; i++)
            last = seen.Add(Name("seen", i));
        await seen.TrySaveAsync(last);
        var next = new SeenProjects(new DirectoryStore(_folder.Path));
        await next.ReadAsync(default);
        Assert.Equal(20_000, Enumerable.Range(0, 20_000).Count(i => next.Contains(Name("seen", i))));
        Assert.InRange(Enumerable.Range(0, 20_000).Count(i => next.Contains(Name("other", i))), 0, 20);
    }

    [Fact]
    public async Task Of_a_large_upstream_every_project_is_known_after_a_restart_and_few_others_are()
    {
        const int count = 450_000;
        var store = new DirectoryStore(_folder.Path);
        var seen = new SeenProjects(store);
        var last = 0L;
        for (var i = 0; i < count; i++)
            last = seen.Add(Name("seen", i));
        await seen.TrySaveAsync(last);
        Assert.Equal(3 * 256 << 10, (await store.StatAsync("seen-projects.bin", default))!.Length);
        var next = new SeenProjects(store);
        await next.ReadAsync(default);
        Assert.All(Enumerable.Range(0, count), i => Assert.True(next.Contains(Name("seen", i))));
        Assert.InRange(Enumerable.Range(0, 20_000).Count(i => next.Contains(Name("other", i))), 0, 500);
    }

    [Fact]
    public async Task What_an_earlier_server_saved_is_read_and_other_lengths_are_not()
    {
        var store = new DirectoryStore(_folder.Path);
        var all = new byte[256 << 10];
        Array.Fill(all, (byte)0xff);
        await File.WriteAllBytesAsync(_folder["seen-projects.bin"], all[1..]);
        var seen = new SeenProjects(store);
        await seen.ReadAsync(default);
        Assert.False(seen.Contains(Name("seen", 1)));
        await File.WriteAllBytesAsync(_folder["seen-projects.bin"], all);
        await seen.ReadAsync(default);
        Assert.True(seen.Contains(Name("seen", 1)));
    }

    [Fact]
    public async Task Nothing_is_written_for_a_project_that_has_been_saved()
    {
        var store = new DirectoryStore(_folder.Path);
        var seen = new SeenProjects(store);
        var (one, two) = (seen.Add(Name("seen", 1)), seen.Add(Name("seen", 2)));
        await seen.TrySaveAsync(two);
        await store.DeleteAsync("seen-projects.bin", default);
        await seen.TrySaveAsync(one);
        Assert.Null(await store.StatAsync("seen-projects.bin", default));
    }

    static ProjectName Name(string prefix, int number) => ProjectName.Parse($"{prefix}-{number}");
}
