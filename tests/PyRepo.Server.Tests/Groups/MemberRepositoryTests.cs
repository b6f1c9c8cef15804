using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Groups;
using PyRepo.Server.Platform.Background;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Groups;

public sealed class MemberRepositoryTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo");

    [Theory]
    [InlineData(Resolution.FirstMatch)]
    [InlineData(Resolution.Merge)]
    public async Task A_download_through_a_group_asks_each_member_for_its_page_once_and_for_the_file_once(
        Resolution resolution)
    {
        await using var empty = await MemberServer.StartAsync(isEmpty: true);
        await using var server = await MemberServer.StartAsync();
        var group = new GroupRepository([empty.AsMember("empty"), server.AsMember("team")], resolution, []);
        Assert.Equal(MemberServer.Bytes.ToArray(), await DownloadAsync(group));
        Assert.Equal(["GET /simple/demo/ 404"], empty.Requests);
        Assert.Equal(["GET /simple/demo/ 200", $"GET /packages/{MemberServer.FileName} 200"], server.Requests);
    }

    [Fact]
    public async Task A_download_through_a_group_in_a_group_asks_each_member_once_too()
    {
        await using var server = await MemberServer.StartAsync();
        var inner = new GroupRepository([server.AsMember("team")], Resolution.Merge, []);
        var outer = new GroupRepository([new Member("inner", inner, IsProxy: false)], Resolution.FirstMatch, []);
        Assert.Equal(MemberServer.Bytes.ToArray(), await DownloadAsync(outer));
        Assert.Equal(["GET /simple/demo/ 200", $"GET /packages/{MemberServer.FileName} 200"], server.Requests);
    }

    [Fact]
    public async Task A_page_that_a_member_has_not_changed_is_not_sent_again()
    {
        await using var server = await MemberServer.StartAsync();
        var member = server.AsMember("team").Repository;
        var first = await member.GetProjectAsync(_demo, null, default);
        Assert.Same(first, await member.GetProjectAsync(_demo, null, default));
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
    }

    [Fact]
    public async Task An_unchanged_page_evicted_from_memory_is_revalidated_without_being_sent_again()
    {
        await using var server = await MemberServer.StartAsync();
        var member = server.AsMember("team", new MemoryBudget(1000)).Repository;
        var known = Assert.IsType<ProjectAnswer.Known>(await member.GetProjectAsync(_demo, null, default));
        var found = await member.FindAsync(_demo, default);
        Assert.Equal((known.Snapshot.Version, null), (found.Value, found.Answer));
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
        Assert.NotSame(known, await member.GetProjectAsync(_demo, null, default));
    }

    [Theory]
    [InlineData(Resolution.FirstMatch)]
    [InlineData(Resolution.Merge)]
    public async Task The_version_of_a_groups_page_costs_one_request_to_each_member_that_is_asked(Resolution resolution)
    {
        await using var empty = await MemberServer.StartAsync(isEmpty: true);
        await using var server = await MemberServer.StartAsync();
        var group = new GroupRepository([empty.AsMember("empty"), server.AsMember("team")], resolution, []);
        var first = await group.FindAsync(_demo, default);
        Assert.StartsWith("team=", first.Value, StringComparison.Ordinal);
        Assert.Equal(first.Value, (await group.FindAsync(_demo, default)).Value);
        Assert.Equal(["GET /simple/demo/ 404", "GET /simple/demo/ 404"], empty.Requests);
        Assert.Equal(["GET /simple/demo/ 200", "GET /simple/demo/ 304"], server.Requests);
    }

    [Fact]
    public async Task A_member_that_is_down_is_not_taken_for_one_without_the_project()
    {
        Member down;
        await using (var server = await MemberServer.StartAsync())
            down = server.AsMember("down");
        await using var next = await MemberServer.StartAsync();
        var group = new GroupRepository([down, next.AsMember("team")], Resolution.FirstMatch, []);
        var found = await group.FindAsync(_demo, default);
        Assert.IsType<ProjectAnswer.Unavailable>(found.Answer);
        Assert.Empty(next.Requests);
    }

    [Fact]
    public async Task A_member_that_lacks_a_project_on_its_own_list_is_unavailable()
    {
        await using var server = await MemberServer.StartAsync(isEmpty: true);
        server.ListsWhatItLacks = true;
        await using var member = await ListedAsync(server);
        Assert.IsType<ProjectAnswer.Unavailable>(await member.GetProjectAsync(_demo, null, default));
        Assert.IsType<ProjectAnswer.Unavailable>((await member.FindAsync(_demo, default)).Answer);
        Assert.IsType<ProjectAnswer.NotKnown>(
            await member.GetProjectAsync(ProjectName.Parse("another"), null, default));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task An_unlisted_name_is_not_claimed_by_a_member_that_cannot_be_reached(int status)
    {
        await using var server = await MemberServer.StartAsync(isEmpty: true);
        await using var member = await ListedAsync(server);
        (server.IsMember, server.Status) = (false, status);
        Assert.IsType<ProjectAnswer.NotKnown>(await member.GetProjectAsync(_demo, null, default));
        Assert.IsType<ProjectAnswer.NotKnown>((await member.FindAsync(_demo, default)).Answer);
        await server.DisposeAsync();
        Assert.IsType<ProjectAnswer.NotKnown>(await member.GetProjectAsync(_demo, null, default));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task An_answer_without_proof_may_come_from_a_running_member_that_has_the_project(int status)
    {
        await using var server = await MemberServer.StartAsync(isEmpty: true);
        await using var member = await ListedAsync(server);
        (server.IsMember, server.Status) = (false, status);
        Assert.IsType<ProjectAnswer.Unavailable>(await member.GetProjectAsync(_demo, null, default));
        Assert.IsType<ProjectAnswer.Unavailable>((await member.FindAsync(_demo, default)).Answer);
        Assert.IsType<ProjectAnswer.Unavailable>(await member.ExplainAsync(_demo, "1.0", default));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_member_that_reports_that_it_cannot_answer_may_have_the_project(int status)
    {
        await using var server = await MemberServer.StartAsync(isEmpty: true);
        await using var member = await ListedAsync(server);
        server.Status = status;
        Assert.IsType<ProjectAnswer.Unavailable>(await member.GetProjectAsync(_demo, null, default));
        Assert.IsType<ProjectAnswer.Unavailable>((await member.FindAsync(_demo, default)).Answer);
        Assert.IsType<ProjectAnswer.Unavailable>(await member.ExplainAsync(_demo, "1.0", default));
        Assert.IsType<ProjectAnswer.Unavailable>(
            await member.GetProjectAsync(_demo, DateTimeOffset.UnixEpoch, default));
    }

    [Fact]
    public async Task A_member_that_takes_the_request_and_is_silent_may_have_the_project()
    {
        await using var server = await MemberServer.StartAsync(isEmpty: true, timeout: TimeSpan.FromSeconds(1));
        await using var member = await ListedAsync(server);
        server.IsSilent = true;
        var silent = Assert.IsType<ProjectAnswer.Unavailable>(await member.GetProjectAsync(_demo, null, default));
        Assert.Contains("did not respond within 1 s", silent.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_takes_the_request_and_breaks_off_may_have_the_project()
    {
        await using var server = await MemberServer.StartAsync(isEmpty: true);
        await using var member = await ListedAsync(server);
        server.BreaksOff = true;
        Assert.IsType<ProjectAnswer.Unavailable>(await member.GetProjectAsync(_demo, null, default));
        Assert.IsType<ProjectAnswer.Unavailable>((await member.FindAsync(_demo, default)).Answer);
    }

    [Fact]
    public async Task A_connection_that_is_not_established_in_time_has_reached_nobody()
    {
        using var client = new SimpleClient(
            new UpstreamSettings
            {
                Url = new Uri("http://team.packages.svc/simple/"),
                Timeout = TimeSpan.FromSeconds(30),
                ConnectTimeout = TimeSpan.FromMilliseconds(200),
                UsesCircuitBreaker = false,
                EgressPolicy = new EgressPolicy(inCluster: false, [], []),
                Resolve = static async (_, cancellationToken) =>
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return [];
                },
                Fingerprint = "team",
            },
            TimeProvider.System, NullLogger.Instance);
        var member = new UpstreamRepository(client, new MemoryBudget(1 << 20), TimeProvider.System);
        var down = Assert.IsType<ProjectAnswer.Unavailable>(await member.GetProjectAsync(_demo, null, default));
        Assert.True(down.IsUnreached, down.Reason);
    }

    [Fact]
    public async Task An_outdated_list_proves_nothing()
    {
        var clock = new FakeClock();
        var server = await MemberServer.StartAsync(isEmpty: true);
        await using (server)
        {
            await using var member = await ListedAsync(server, clock);
            await server.DisposeAsync();
            clock.Advance(ServerLimits.MaxMemberListAge - TimeSpan.FromSeconds(1));
            Assert.IsType<ProjectAnswer.NotKnown>(await member.GetProjectAsync(_demo, null, default));
            clock.Advance(TimeSpan.FromSeconds(1));
            var down = Assert.IsType<ProjectAnswer.Unavailable>(await member.GetProjectAsync(_demo, null, default));
            Assert.Contains("last listed more than 5 min ago", down.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_revalidated_list_counts_as_a_new_one()
    {
        var clock = new FakeClock();
        await using var server = await MemberServer.StartAsync(isEmpty: true);
        await using var member = await ListedAsync(server, clock);
        clock.Advance(ServerLimits.MaxMemberListAge);
        var listed = server.Requests.Count;
        // The first of these may have been asked for before the time passed.
        await Eventually.IsAsync("its list is read again", () => Task.FromResult(server.Requests.Count > listed + 2));
        (server.IsMember, server.Status) = (false, 503);
        Assert.IsType<ProjectAnswer.NotKnown>(await member.GetProjectAsync(_demo, null, default));
    }

    static async Task<MemberRepository> ListedAsync(MemberServer server, TimeProvider? clock = null)
    {
        var member = new MemberRepository(
            server.AsRepository("team", new MemoryBudget(1 << 20)), isHosted: true, clock ?? TimeProvider.System);
        member.Start(new BackgroundLoops("", TimeProvider.System, NullLogger.Instance), "team");
        await Eventually.IsAsync("its list is read", async () =>
            (await member.GetCatalogAsync(default)).Incomplete is null);
        return member;
    }

    [Fact]
    public async Task A_cold_page_of_a_group_and_its_content_cost_a_single_request()
    {
        await using var server = await MemberServer.StartAsync();
        var inner = new GroupRepository([server.AsMember("team")], Resolution.FirstMatch, []);
        var group = new GroupRepository([new Member("inner", inner, IsProxy: false)], Resolution.Merge, []);
        var found = await group.FindAsync(_demo, default);
        var known = Assert.IsType<ProjectAnswer.Known>(await found.LoadAsync(default));
        Assert.Equal(found.Value, known.Snapshot.Version);
        Assert.Equal(["inner", "team"], known.AnsweredBy);
        Assert.Equal(["GET /simple/demo/ 200"], server.Requests);
    }

    [Fact]
    public async Task A_project_that_a_member_lost_between_version_and_content_is_looked_up_again()
    {
        await using var first = await MemberServer.StartAsync();
        await using var second = await MemberServer.StartAsync();
        var group = new GroupRepository(
            [first.AsMember("first", new MemoryBudget(1000)), second.AsMember("second")], Resolution.FirstMatch, []);
        await group.FindAsync(_demo, default);
        var found = await group.FindAsync(_demo, default);
        Assert.Equal("GET /simple/demo/ 304", first.Requests.Last());
        first.IsEmpty = true;
        var known = Assert.IsType<ProjectAnswer.Known>(await found.LoadAsync(default));
        Assert.Equal(["second"], known.AnsweredBy);
    }

    [Fact]
    public async Task A_member_that_is_down_is_unavailable_and_its_reason_names_it()
    {
        Member member;
        await using (var server = await MemberServer.StartAsync())
            member = server.AsMember("team");
        var answer = await member.Repository.GetProjectAsync(_demo, null, default);
        Assert.Contains("The member 'packages/team'", Assert.IsType<ProjectAnswer.Unavailable>(answer).Reason,
            StringComparison.Ordinal);
    }

    static async Task<byte[]> DownloadAsync(GroupRepository group)
    {
        var request = new FileRequest(
            _demo, MemberServer.FileName, MemberServer.HashPrefix, FileContentKind.Bytes)
        { IsForAllBytes = true };
        var found = Assert.IsType<OpenAnswer.Found>(await group.OpenAsync(request, default));
        await using var content = found.Content;
        await using var stream = await content.OpenStreamAsync(0, default);
        var bytes = new byte[content.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
