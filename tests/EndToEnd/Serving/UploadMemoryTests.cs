namespace EndToEnd.Serving;

/// <summary>What an upload sends beside its file costs a little memory, however much it is.</summary>
[Collection(nameof(Alone))]
public sealed class UploadMemoryTests
{
    const int Uploads = 16;
    const long MiB = 1 << 20;

    [Fact]
    public async Task Large_fields_that_nothing_reads_are_discarded_as_they_arrive()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Of("team"));
        var before = PeakMemory.Of(server);
        var answers = await SendTogetherAsync(server, wheel => UploadParts.Of(wheel).Without("content")
            .Add("description", new string('x', 15 << 20)).AddFile("content", wheel.FileName, wheel.Bytes));
        Assert.All(answers, answer => Assert.True(answer.Status == 200, $"{answer.Status} {answer.Reason}"));
        Assert.InRange((PeakMemory.Of(server) - before) / MiB, 0, 100);
    }

    [Fact]
    public async Task A_field_that_is_read_has_a_longest_length()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Of("team"));
        var before = PeakMemory.Of(server);
        var answers = await SendTogetherAsync(
            server, wheel => UploadParts.Of(wheel).Add("summary", new string('x', 15 << 20)));
        Assert.All(answers, answer => Assert.Equal(
            (400, "The field 'summary' has more than 64 KiB."), (answer.Status, answer.Reason)));
        Assert.InRange((PeakMemory.Of(server) - before) / MiB, 0, 100);
    }

    /// <summary>Sends all but the last bytes of each upload, and these only once all others are there.</summary>
    static async Task<IReadOnlyList<RawResponse>> SendTogetherAsync(
        PyRepoServer server, Func<TestWheel, UploadParts> formOf)
    {
        var connections = new List<RawConnection>();
        try
        {
            for (var i = 0; i < Uploads; i++)
            {
                var body = formOf(TestWheel.Create($"demo-{i}", "1.0")).ToArray();
                var connection = await RawConnection.OpenAsync(server);
                connections.Add(connection);
                await connection.SendUploadHeadAsync(server, "team", body.Length);
                await connection.SendAsync(body.AsMemory(..^2));
            }
            return await Task.WhenAll(connections.Select(async connection =>
            {
                await connection.SendAsync("\r\n"u8.ToArray());
                return await connection.ReadAnswerAsync();
            }));
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }
}
