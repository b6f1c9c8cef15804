namespace EndToEnd.Crashes.PowerCuts;

/// <summary>The states in which a power cut may have left a repository's folder, served one after the other.</summary>
public sealed class CrashStates
{
    const int StatesOfOneServer = 300;
    readonly List<(DiskState State, int Moment)> _states;

    /// <summary>Finds the different states.</summary>
    /// <param name="history">What happened to the folder.</param>
    /// <param name="acknowledgedAt">
    /// How much was acknowledged at a moment. A state counts again for each, because more must be there.
    /// </param>
    public CrashStates(DiskHistory history, Func<int, int> acknowledgedAt)
        : this(history.Moments, history.StatesAt, acknowledgedAt)
    {
    }

    CrashStates(
        IEnumerable<int> moments, Func<int, IEnumerable<DiskState>> statesAt, Func<int, int> acknowledgedAt)
    {
        var states = new Dictionary<string, (DiskState, int)>(StringComparer.Ordinal);
        foreach (var moment in moments)
        {
            foreach (var state in statesAt(moment))
                states[$"{acknowledgedAt(moment)} {state.Digest()}"] = (state, moment);
        }
        _states = [.. states.Values];
    }

    /// <summary>What is on the disk when each of the changes has just been acknowledged, and nothing else.</summary>
    public static CrashStates AfterEach(DiskHistory history, IReadOnlyList<TracedChange> changes) => new(
        changes.Select(c => c.Acknowledged).Where(moment => moment < int.MaxValue).Order(),
        moment => history.StatesAt(moment).Take(1),
        moment => changes.Count(c => c.Acknowledged <= moment));

    /// <summary>How many there are.</summary>
    public int Count => _states.Count;

    /// <summary>Serves each state as a repository of its own, and collects what is wrong with any.</summary>
    /// <param name="manifestOf">The manifest of a repository with this name.</param>
    /// <param name="check">
    /// Tells what is wrong with the repository of this name after a power cut at this moment.
    /// </param>
    /// <param name="output">Receives the server's log when something is wrong.</param>
    public async Task<IReadOnlyList<string>> CheckAsync(
        Func<string, string> manifestOf, Func<PyRepoServer, string, int, Task<IReadOnlyList<string>>> check,
        ITestOutputHelper output)
    {
        var wrong = new List<string>();
        foreach (var batch in _states.Chunk(StatesOfOneServer))
        {
            var names = batch.Select((_, index) => $"state-{index}").ToList();
            var manifests = string.Join("\n---\n", names.Select(manifestOf));
            await using var server = await PyRepoServer.LaunchOnAsync(manifests, data =>
            {
                foreach (var (name, (state, _)) in names.Zip(batch))
                    state.WriteTo(Path.Combine(data, name));
            });
            await Eventually.IsAsync(
                "each state is opened or rejected", () => Task.FromResult(Opened(server.LogText()) == batch.Length));
            var before = wrong.Count;
            foreach (var (name, (_, moment)) in names.Zip(batch))
                wrong.AddRange((await check(server, name, moment)).Select(w => $"line {moment}: {w}"));
            if (wrong.Count > before)
                server.ShowLog(output);
        }
        return wrong;
    }

    /// <summary>
    /// How many repositories were opened or rejected, according to the events 402 and 403 of the log.
    /// </summary>
    static int Opened(string log) => log.Split("\"EventId\":402,").Length + log.Split("\"EventId\":403,").Length - 2;
}
