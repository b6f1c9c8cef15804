using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Tests.Groups;

namespace PyRepo.Server.Tests.Proxies.Upstream;

public sealed class UpstreamRepositoryTests
{
    [Fact]
    public async Task A_list_that_the_index_has_not_changed_is_not_sent_again()
    {
        await using var server = await MemberServer.StartAsync();
        var repository = server.AsRepository("team", new MemoryBudget(1 << 20));
        var first = Assert.IsType<ProjectListAnswer.Known>(await repository.ListProjectsAsync(default));
        Assert.Same(first, await repository.ListProjectsAsync(default));
        Assert.Equal(["GET /simple/ 200", "GET /simple/ 304"], server.Requests);
    }

    [Fact]
    public async Task A_page_that_the_index_has_not_changed_is_not_sent_again()
    {
        await using var server = await MemberServer.StartAsync();
        var repository = server.AsRepository("team", new MemoryBudget(1 << 20));
        var demo = ProjectName.Parse("demo");
        var first = Assert.IsType<ProjectAnswer.Known>(await repository.GetProjectAsync(demo, null, default));
        Assert.Same(first, await repository.GetProjectAsync(demo, null, default));
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
    }

    /// <summary>Caches in front of a group ask again each time for what a policy of its member may hide later.</summary>
    [Theory]
    [InlineData("public, max-age=31536000, immutable", false)]
    [InlineData("public, no-cache", true)]
    [InlineData("private, no-cache", true)]
    public async Task A_file_may_be_hidden_later_if_its_server_says_so_to_caches(string said, bool mayBeHidden)
    {
        await using var server = await MemberServer.StartAsync();
        server.CacheControl = said;
        var repository = server.AsRepository("team", new MemoryBudget(1 << 20));
        var request = new FileRequest(
            ProjectName.Parse("demo"), MemberServer.FileName, MemberServer.HashPrefix, FileContentKind.Bytes);
        var found = Assert.IsType<OpenAnswer.Found>(await repository.OpenAsync(request, default));
        await found.Content.DisposeAsync();
        Assert.Equal(mayBeHidden, found.MayBeHiddenLater);
    }

    /// <summary>A member on another server knows the file by its alias, whatever its pages link to.</summary>
    [Theory]
    [InlineData("packages/", null)]
    [InlineData("files/files.example/a%2Bb/", "https://files.example/a%2Bb/" + MemberServer.FileName)]
    public async Task A_member_is_asked_for_a_file_below_its_path_at_upstream(string links, string? upstreamUrl)
    {
        await using var server = await MemberServer.StartAsync();
        server.Links = links;
        var repository = server.AsRepository("team", new MemoryBudget(1 << 20));
        var known = Assert.IsType<ProjectAnswer.Known>(
            await repository.GetProjectAsync(ProjectName.Parse("demo"), null, default));
        var file = known.Snapshot.FindVisible(MemberServer.FileName)!;
        Assert.Equal((upstreamUrl, upstreamUrl is not null), (file.UpstreamUrl, file.IsLinkedAtUpstream));
        var request = new FileRequest(
            ProjectName.Parse("demo"), MemberServer.FileName, null, FileContentKind.Bytes)
        {
            Alias = $"files.example/a+b/{MemberServer.FileName}",
            Answer = known,
        };
        var found = Assert.IsType<OpenAnswer.Found>(await repository.OpenAsync(request, default));
        await found.Content.DisposeAsync();
        Assert.Equal($"HEAD /files/files.example/a+b/{MemberServer.FileName} 200", server.Requests.Last());
        server.Status = 404;
        Assert.IsType<OpenAnswer.NotFound>(await repository.OpenAsync(request, default));
    }

    [Fact]
    public async Task A_list_takes_memory_from_the_budget_and_is_read_again_after_it_is_evicted()
    {
        await using var server = await MemberServer.StartAsync();
        var budget = new MemoryBudget(1 << 20);
        var repository = server.AsRepository("team", budget);
        await repository.ListProjectsAsync(default);
        Assert.True(budget.Used > 0);
        new BudgetedCache<string, string>(budget).Set("other", "value", budget.Used + (1 << 20));
        await repository.ListProjectsAsync(default);
        Assert.Equal(["GET /simple/ 200", "GET /simple/ 200"], server.Requests);
    }
}
