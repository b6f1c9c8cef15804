using System.Net;
using EndToEnd.Crashes.DiskFaults;

namespace EndToEnd.Serving;

/// <summary>A thin volume that fills up takes bytes that it cannot write, and says so when they are flushed.</summary>
public sealed class ThinVolumeTests
{
    const int Uploads = 40;

    [MountingFact]
    public async Task Changes_acknowledged_on_a_full_thin_volume_survive_a_remount()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await server.StopAsync();
        await using var volume = await ThinVolume.MountAsync(server.GetFolder("team"));
        await server.StartAgainAsync();
        var acknowledged = new List<TestWheel> { TestWheel.Create("lib", "1.0") };
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, acknowledged[0]));

        volume.FillExcept(pages: 60);
        var refused = 0;
        for (var n = 1; n <= Uploads; n++)
        {
            var wheel = TestWheel.Create(n % 2 == 0 ? "lib" : $"lib-{n % 5}", $"1.{n}", payload: 20_000, seed: n);
            var status = await UploadAsync(server, wheel);
            Assert.Contains(status, (HttpStatusCode[])
                [HttpStatusCode.OK, HttpStatusCode.InsufficientStorage, HttpStatusCode.ServiceUnavailable]);
            if (status is HttpStatusCode.OK)
                acknowledged.Add(wheel);
            else
                refused++;
        }
        Assert.NotEqual(0, refused);
        Assert.Contains("diskFailure", await server.Http.GetStringAsync(new Uri(server.Management, "status")));
        await server.StopAsync();
        await volume.UnmountAsync();

        volume.Free();
        await volume.MountAsync();
        await server.StartAgainAsync();
        foreach (var ofProject in acknowledged.GroupBy(wheel => wheel.Project))
        {
            var shown = await DiskContents.ReadAsync(server, "team", ofProject.Key);
            Assert.All(ofProject, wheel => Assert.Equal(wheel.Sha256, shown.GetValueOrDefault(wheel.FileName)));
            Assert.DoesNotContain(shown.Values, state => state.StartsWith("status", StringComparison.Ordinal));
        }
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(server, TestWheel.Create("lib", "2.0")));
    }

    static async Task<HttpStatusCode> UploadAsync(PyRepoServer server, TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(server, "team", TwineForm.From(wheel));
        return answer.StatusCode;
    }
}
