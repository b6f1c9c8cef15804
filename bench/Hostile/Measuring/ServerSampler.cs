using Bench.Measuring;

namespace Bench.Hostile.Measuring;

/// <summary>Watches a server from now on until it is stopped.</summary>
sealed class ServerSampler
{
    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    /// <summary>A look at the disk reads its whole folder: only each so many samples.</summary>
    const int SamplesOfDisk = 10;

    readonly CancellationTokenSource _stopping = new();
    readonly ServerUnderTest _server;
    readonly ServerState _start;
    readonly Task _sampling;
    ServerState _last;
    int _descriptors;
    long _disk;

    public ServerSampler(ServerUnderTest server)
    {
        _server = server;
        ProcessSample.ResetPeak([server.Id]);
        _start = _last = ServerState.From(server) ?? throw new InvalidOperationException("The server does not run.");
        _sampling = Task.Run(SampleAsync);
    }

    /// <summary>What it cost until now; if the server ended, until it did.</summary>
    public async Task<Footprint> StopAsync()
    {
        await _stopping.CancelAsync();
        await _sampling;
        Take();
        _stopping.Dispose();
        return new Footprint(
            _last.Cpu - _start.Cpu, _start.Resident, _last.Peak, _last.Resident, _start.Descriptors, _descriptors,
            _last.Log - _start.Log, _disk);
    }

    async Task SampleAsync()
    {
        for (var n = 0; !_stopping.IsCancellationRequested; n++)
        {
            if (n % SamplesOfDisk == 0)
                Take();
            _descriptors = Math.Max(_descriptors, ServerState.GetDescriptors(_server) ?? 0);
            await Task.Delay(_interval, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Take()
    {
        if (ServerState.From(_server) is not { } state)
            return;
        _last = state;
        _disk = Math.Max(_disk, state.Disk);
    }
}
