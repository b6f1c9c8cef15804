using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// Files that somebody put into the folder of a member on another server: while it says that it cannot answer, its group
/// does not answer in its place.
/// </summary>
public sealed class ClaimedNamesOnServersTests(PrivateNamesOnServers servers) : IClassFixture<PrivateNamesOnServers>
{
    const int Others = 1000;
    readonly PrivateNamesWorld _world = servers.World;

    [Theory]
    [InlineData("first-lib")]
    [InlineData("second-lib")]
    public async Task A_name_that_awaits_adoption_belongs_to_the_member(string project)
    {
        _world.Put(TestWheel.Create(project, "1.0"));
        await MustBeAdoptedAsync(project);
    }

    [Fact]
    public async Task All_names_belong_to_the_member_while_it_starts_on_a_full_folder()
    {
        await _world.Team.KillAsync();
        for (var n = 0; n < Others; n++)
            _world.Put(TestWheel.Create($"other-{n}", "1.0"));
        _world.Put(TestWheel.Create("late-lib", "1.0"));
        await _world.Team.LaunchAsync();
        await MustBeAdoptedAsync("late-lib");
    }

    /// <summary>Waits until the group shows the project. From the member's first word on, it shows no other.</summary>
    async Task MustBeAdoptedAsync(string project)
    {
        await Eventually.IsAsync($"{project} is adopted", async () =>
        {
            var page = await _world.Team.AskAsync(new Uri(_world.Team.Url, $"simple/{project}/"), accept: Replies.Json);
            if (page.Status is HttpStatusCode.NotFound)
                return false;
            for (var way = 0; way < PrivateNamesWorld.Ways; way++)
            {
                var answer = (await _world.AskAsync(project, way))!;
                Assert.False(PrivateNamesWorld.IsEvil(answer), answer.ToString());
            }
            return page.Status is HttpStatusCode.OK;
        });
    }
}
