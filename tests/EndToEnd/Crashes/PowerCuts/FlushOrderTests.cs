using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Crashes.PowerCuts;

/// <summary>What is on the disk at the moment when a record is written.</summary>
[Collection(nameof(Alone))]
public sealed class FlushOrderTests
{
    const string Name = TracedServer.Repository;
    const int AtOnce = 8;

    [PowerCutFact]
    public async Task No_record_is_written_before_its_bytes_and_all_names_that_lead_to_them_are_flushed()
    {
        await using var traced = await TracedServer.StartAsync($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: {{Name}} }
            spec: {}
            """);
        await UploadAsync(traced.Server, TestWheel.Create("alone", "1.0"));
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(
            i => UploadAsync(traced.Server, TestWheel.Create($"crowd-{i % 3}", $"{i}.0", payload: 1000 * i))));
        var calls = await traced.StopAsync();
        var history = traced.GetHistory(calls);
        var recorded = 0;
        foreach (var write in calls.Where(IsOfRecord))
        {
            var durable = history.StatesAt(write.Start).First();
            foreach (var (key, sha256) in AddedBy(write))
            {
                Assert.True(durable.Files.TryGetValue(key, out var bytes), $"'{key}' would not survive a power cut.");
                Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
                recorded++;
            }
        }
        Assert.Equal(1 + AtOnce, recorded);
    }

    static async Task UploadAsync(PyRepoServer server, TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(server, Name, TwineForm.From(wheel));
        answer.EnsureSuccessStatusCode();
    }

    static bool IsOfRecord(SystemCall call) =>
        call.Name == "pwrite64" && call.Texts[0].AsSpan().StartsWith("{\"event\":"u8);

    static IEnumerable<(string Key, string Sha256)> AddedBy(SystemCall write) =>
        Encoding.UTF8.GetString(write.Texts[0]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("event").GetString() == "added")
            .Select(line => (line.GetProperty("key").GetString()!, line.GetProperty("sha256").GetString()!));
}
