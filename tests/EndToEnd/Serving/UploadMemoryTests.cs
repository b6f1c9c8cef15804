namespace EndToEnd.Serving;

/// <summary>What an upload sends beside its file costs a little memory, however much it is.</summary>
[Collection(nameof(Alone))]
public sealed class UploadMemoryTests
{
    const int Uploads = 16;
    const long MiB = 1 << 20;

    [Fact]
    public async Task Large_unused_fields_are_discarded_as_they_arrive()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var before = PeakMemory.From(server);
        var answers = await SendTogetherAsync(server, wheel => UploadParts.From(wheel).Without("content")
            .Add("description", new string('x', 15 << 20)).AddFile("content", wheel.FileName, wheel.Bytes));
        Assert.All(answers, answer => Assert.True(answer.Status == 200, $"{answer.Status} {answer.Reason}"));
        Assert.InRange((PeakMemory.From(server) - before) / MiB, 0, 100);
    }

    [Fact]
    public async Task A_used_field_has_a_maximum_length()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var before = PeakMemory.From(server);
        var answers = await SendTogetherAsync(
            server, wheel => UploadParts.From(wheel).Add("md5_digest", new string('x', 15 << 20)));
        Assert.All(answers, answer => Assert.Equal(
            (400, "The field 'md5_digest' has more than 1 KiB."), (answer.Status, answer.Reason)));
        Assert.InRange((PeakMemory.From(server) - before) / MiB, 0, 100);
    }

    [Fact]
    public async Task Many_uploads_that_stall_after_fields_of_64_KiB_take_a_little_memory()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        await SendTogetherAsync(server, UploadParts.From);
        var before = PeakMemory.From(server);
        string[] fields =
        [
            "names_from", "filetype", "sha256_digest", "md5_digest", "blake2_256_digest", "requires_python", "summary",
            "upload_time", "protocol_version", ":action", "version", "name",
        ];
        var form = fields.Aggregate(new UploadParts([]), (form, field) => form.Add(field, new string('a', 65_000)));
        var stalled = new List<RawConnection>();
        for (var i = 0; i < 100; i++)
        {
            stalled.Add(await RawConnection.OpenAsync(server));
            await stalled[^1].SendUploadHeadAsync(server, "team", 50_000_000);
            await stalled[^1].SendAsync(form.ToArray().AsMemory(..^2));
        }
        // Rejected requests are answered also if the rest of them does not come.
        foreach (var connection in stalled)
            Assert.Equal(400, (await connection.ReadAnswerAsync()).Status);
        Assert.InRange((PeakMemory.From(server) - before) / MiB, 0, 60);
        foreach (var connection in stalled)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task Slow_uploads_with_large_attestations_do_not_block_another_upload()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var slow = new List<RawConnection>();
        for (var i = 0; i < 20; i++)
        {
            slow.Add(await RawConnection.OpenAsync(server));
            await slow[^1].SendUploadHeadAsync(server, "team", 50_000_000);
            await slow[^1].SendAsync(
                new UploadParts([]).Add("attestations", "[" + new string(' ', 70_000)).ToArray().AsMemory(..^60));
        }
        var body = UploadParts.From(TestWheel.Create("demo", "1.0"))
            .Add("attestations", $"[{new string(' ', 70_000)}]").ToArray();
        await using var honest = await RawConnection.OpenAsync(server);
        await honest.SendUploadHeadAsync(server, "team", body.Length);
        await honest.SendAsync(body);
        var answer = await honest.ReadAnswerAsync();
        Assert.Equal(
            (400, "Invalid attestations supplied during upload: the array is empty."), (answer.Status, answer.Reason));
        foreach (var connection in slow)
            await connection.DisposeAsync();
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
