using System.Net.Http.Headers;

namespace EndToEnd.Proxying;

/// <summary>Downloads through a group whose member another server serves: the member counts them.</summary>
public sealed class StatisticsAcrossServersTests(GroupAcrossServers servers) : IClassFixture<GroupAcrossServers>
{
    [Fact]
    public async Task The_member_counts_what_clients_get_through_the_group_and_the_group_shows_it()
    {
        var wheel = TestWheel.Create("carol-counted", "1.0", payload: 100_000);
        using var form = TwineForm.From(wheel);
        using var uploaded = await TwineForm.SendAsync(
            servers.Member.Http, servers.Member.Url, form, TwineForm.Basic("alice", "alice"));
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync());
        var path = $"packages/{wheel.Project}/{wheel.FileName}";
        await DownloadAsync(path, """pip/26.3 {"python":"3.11.7","user_data":"alice"}""");
        await DownloadAsync(path, """uv/0.13.8 {"python":"3.13.2"}""");
        await DownloadAsync(path, """uv/0.13.8 {"python":"3.13.2"}""", new RangeHeaderValue(0, 10));
        await DownloadAsync(path, """uv/0.13.8 {"python":"3.13.2"}""", new RangeHeaderValue(10, 20));
        await DownloadAsync(path, "Mozilla/5.0 (X11) Gecko/20100101 Firefox/140.0");
        await DownloadAsync(path + ".metadata", "pip/26.3");

        const string csv = "installer,python,downloads\r\nuv,3.13,2\r\nbrowser,,1\r\npip,3.11,1\r\n";
        const string query = "api/v1/statistics?by=installer,python&format=csv";
        Assert.Equal(csv, await servers.Member.Http.GetStringAsync(new Uri(servers.Member.Url, query)));
        Assert.Equal(csv, await servers.Group.Http.GetStringAsync(new Uri(servers.Group.Url, query)));
        Assert.Equal("installer,python,downloads\r\n", await servers.Group.Http.GetStringAsync(
            new Uri(servers.Group.Url, $"{query}&project=other")));
        Assert.EndsWith(
            """downloads":4,"rows":[{"version":"1.0","downloads":4}]}""",
            await servers.Group.Http.GetStringAsync(new Uri(servers.Group.Url, "api/v1/statistics?by=version")),
            StringComparison.Ordinal);

        // If the member is away, the group says whose downloads are missing.
        Assert.Equal(0, await servers.Member.StopAsync());
        Assert.EndsWith(
            """"downloads":0,"rows":[],"notCounted":["team-a"]}"""",
            await servers.Group.Http.GetStringAsync(new Uri(servers.Group.Url, "api/v1/statistics")),
            StringComparison.Ordinal);
    }

    async Task DownloadAsync(string path, string userAgent, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(servers.Group.Url, path));
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        request.Headers.Range = range;
        using var answer = await servers.Group.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, path);
        await answer.Content.ReadAsByteArrayAsync();
    }
}
