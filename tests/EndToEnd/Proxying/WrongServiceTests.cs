using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>The address of a group's member leads to somebody else: what that says is never the member's word.</summary>
public sealed class WrongServiceTests(PrivateNamesOnServers servers)
    : IClassFixture<PrivateNamesOnServers>, IAsyncLifetime
{
    const string Private = "acme-secret";
    readonly PrivateNamesWorld _world = servers.World;

    public async ValueTask InitializeAsync()
    {
        _world.Front!.LeadTo(_world.Team.Url);
        Assert.True(await _world.TryUploadAsync(TestWheel.Create(Private, "1.0")));
        await Eventually.IsAsync("the group shows it", HttpStatusCode.OK, () => StatusAsync(Private, way: 0));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The server of the public index is of the same namespace, and has the same key.</summary>
    [Fact]
    public async Task Another_server_of_the_namespace_gives_no_answer_for_the_member()
    {
        _world.Front!.LeadTo(_world.PublicServer);
        for (var way = 0; way < PrivateNamesWorld.Ways; way++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(Private, way));
        var page = (await _world.AskAsync(Private, way: 0))!;
        Assert.Contains("The member 'packages/team' did not answer.", page.Text, StringComparison.Ordinal);
        _world.Front.LeadTo(_world.Team.Url);
        await Eventually.IsAsync("the member answers again", HttpStatusCode.OK, () => StatusAsync(Private, way: 0));
    }

    [Fact]
    public async Task The_list_of_another_service_is_not_taken_for_the_members()
    {
        _world.Front!.Answer("200 OK", MemberFront.EmptyList);
        await Eventually.IsAsync("the group has asked for the list, and once more", () => Task.FromResult(
            _world.Front.Answered.Count(line => line.StartsWith("GET /simple/ ", StringComparison.Ordinal)) > 1));
        for (var way = 0; way < PrivateNamesWorld.Ways; way++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(Private, way));
        _world.Front.Refuse();
        for (var way = 0; way < PrivateNamesWorld.Ways; way++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(Private, way));
    }

    /// <summary>It may be the member itself, without the group's key, and have got the name a moment ago.</summary>
    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("404 Not Found")]
    public async Task An_unlisted_name_is_unavailable_while_another_service_answers(string answer)
    {
        _world.Front!.Answer(answer);
        for (var way = 0; way < PrivateNamesWorld.Ways; way++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("elsewhere", way));
        var page = (await _world.AskAsync("elsewhere", way: 0))!;
        Assert.Contains("The member 'packages/team' did not answer.", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200 OK")]
    [InlineData("400 Bad Request")]
    [InlineData("503 Service Unavailable")]
    public async Task An_upload_accepted_by_another_service_is_reported_as_not_stored(string answer)
    {
        _world.Front!.Answer(answer);
        using var uploaded = await _world.UploadToGroupAsync(TestWheel.Create("lost", "1.0"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, uploaded.StatusCode);
        Assert.Contains("The member 'packages/team' did not answer.", uploaded.ReasonPhrase, StringComparison.Ordinal);
        _world.Front.LeadTo(_world.Team.Url);
        using var again = await _world.UploadToGroupAsync(TestWheel.Create("lost", "1.0"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_name_just_uploaded_through_the_group_belongs_to_the_member_before_it_is_listed()
    {
        using var uploaded = await _world.UploadToGroupAsync(TestWheel.Create("fresh", "1.0"));
        _world.Front!.Refuse();
        for (var way = 0; way < PrivateNamesWorld.Ways; way++)
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("fresh", way));
    }

    async Task<HttpStatusCode> StatusAsync(string project, int way)
    {
        var answer = (await _world.AskAsync(project, way))!;
        Assert.False(PrivateNamesWorld.IsEvil(answer), answer.ToString());
        return answer.Status;
    }
}
