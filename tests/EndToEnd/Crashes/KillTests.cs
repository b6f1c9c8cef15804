using System.Net;
using System.Security.Cryptography;

namespace EndToEnd.Crashes;

/// <summary>
/// Kills the server (SIGKILL) at a random moment of uploads and deletions, again and again; see <see cref="CrashRun"/>.
/// </summary>
[Collection(nameof(Alone))]
public sealed class KillTests(ITestOutputHelper output)
{
    const string Manifest = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: crashes }
        """;

    const int Workers = 4;

    /// <summary>With all that was ever uploaded each round would take longer than the one before.</summary>
    const int RoundsOfOneServer = 40;

    static readonly string[] _projects = ["one", "two", "three"];
    readonly CrashRun _run = new("kill -9", full: 1000);
    Ledger _ledger = new();
    int _next;

    [Fact]
    public async Task After_a_kill_exactly_the_acknowledged_changes_are_there()
    {
        var random = new Random(_run.Seed);
        var (done, acknowledged, unheard) = (0, 0, 0);
        var wrong = new List<string>();
        try
        {
            while (done < _run.Rounds && wrong.Count == 0)
            {
                var rounds = Math.Min(RoundsOfOneServer, _run.Rounds - done);
                _ledger = new Ledger();
                done += await KillRepeatedlyAsync(rounds, wrong, random);
                acknowledged += _ledger.Acknowledged;
                unheard += _ledger.CommittedUnheard;
            }
        }
        finally
        {
            _run.Report(
                $"{done} kills, {acknowledged} acknowledged changes, {unheard} uploads committed but not answered, "
                + $"{wrong.Count} wrong {string.Join("; ", wrong)}".TrimEnd());
        }
        Assert.True(wrong.Count == 0, $"Seed {_run.Seed}, round {done}:\n{string.Join('\n', wrong)}");
    }

    /// <summary>
    /// Kills one server again and again, whose data were empty before. Tells how many rounds it did; it ends with the
    /// first wrong one.
    /// </summary>
    async Task<int> KillRepeatedlyAsync(int rounds, List<string> wrong, Random random)
    {
        await using var server = await PyRepoServer.StartAsync(Manifest);
        for (var done = 0; done < rounds; done++)
        {
            await BotherAndKillAsync(server, random);
            await server.StartAgainAsync();
            wrong.AddRange(await CheckAsync(server, all: done == rounds - 1, random));
            if (wrong.Count == 0)
                continue;
            output.WriteLine(server.LogText());
            return done + 1;
        }
        Assert.Equal(0, await server.StopAsync());
        Assert.False(Directory.Exists(Path.Combine(server.GetFolder("crashes"), ".staging"))
            && Directory.EnumerateFiles(Path.Combine(server.GetFolder("crashes"), ".staging")).Any());
        return rounds;
    }

    async Task BotherAndKillAsync(PyRepoServer server, Random random)
    {
        using var stop = new CancellationTokenSource();
        var seeds = Enumerable.Range(0, Workers).Select(_ => random.Next()).ToArray();
        var workers = seeds.Select(seed => Task.Run(() => BotherAsync(server, new Random(seed), stop.Token))).ToArray();
        // The moment of the kill is the point of this test, not a wait for anything.
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(5, 400)));
        await server.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }

    async Task BotherAsync(PyRepoServer server, Random random, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (random.Next(4) == 0 && _ledger.TakeForDeletion(random) is { } victim)
                    await DeleteAsync(server, victim, stop);
                else
                    await UploadAsync(server, random, stop);
            }
        }
        catch (Exception error) when (CrashRun.IsOfAKill(error))
        {
            // The server was killed; whether the request was granted is unknown.
        }
    }

    async Task UploadAsync(PyRepoServer server, Random random, CancellationToken stop)
    {
        var number = Interlocked.Increment(ref _next);
        var size = random.Next(3) == 0 ? random.Next(3_000_000) : random.Next(20_000);
        var wheel = TestWheel.Create(_projects[random.Next(_projects.Length)], $"1.{number}", size, number);
        _ledger.Uploading(wheel);
        using var form = TwineForm.From(wheel);
        using var answer = await TwineForm.SendAsync(server, "crashes", form, stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        _ledger.Uploaded(wheel);
    }

    async Task DeleteAsync(PyRepoServer server, TestWheel wheel, CancellationToken stop)
    {
        var url = new Uri(server.GetUrl("crashes"), $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}");
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        request.Headers.Authorization = TwineForm.Publisher(server, "crashes");
        using var answer = await server.Http.SendAsync(request, stop);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        _ledger.Deleted(wheel);
    }

    async Task<IReadOnlyList<string>> CheckAsync(PyRepoServer server, bool all, Random random)
    {
        var files = new List<PageFile>();
        foreach (var project in _projects)
            files.AddRange((await ProjectPage.ReadAsync(server, "crashes", project))?.Files ?? []);
        var wrong = _ledger.Settle(files.ToDictionary(f => f.FileName, f => f.Sha256)).ToList();
        // The newest were in danger; of the others a few, or all of them.
        var suspects = files.OrderByDescending(f => Version.Parse(f.FileName.Split('-')[1]));
        foreach (var file in all ? suspects
            : suspects.Take(12).Concat(suspects.Skip(12).Where(_ => random.Next(20) == 0)))
        {
            using var answer = await server.Http.GetAsync(file.Url);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            if (answer.StatusCode != HttpStatusCode.OK
                || Convert.ToHexStringLower(SHA256.HashData(bytes)) != file.Sha256)
                wrong.Add(
                    $"{file.FileName} answers {(int)answer.StatusCode} with {bytes.Length} bytes that are not its own");
        }
        return wrong;
    }
}
