using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Platform.Caching;
using PyRepo.Storage;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>A replica: the real store, lease and records, people who read, and people who write.</summary>
/// <param name="world">The simulation.</param>
/// <param name="process">Its process.</param>
/// <param name="store">Its store.</param>
/// <param name="bucket">What the service has.</param>
/// <param name="projects">The projects, and what people were told of them.</param>
/// <param name="settings">What the run is like.</param>
/// <param name="fault">The planted fault.</param>
sealed class SimulatedReplica(
    SimulatedWorld world, SimulatedProcess process, BucketStore store, SimulatedBucket bucket,
    IReadOnlyDictionary<ProjectName, ShownEvents> projects, SimulationSettings settings, PlantedFault fault)
{
    const int Readers = 2;

    /// <summary>How the store and the lease say that others were faster.</summary>
    const string Blame = "Other replicas kept";

    static readonly TimeSpan _joinPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan _checkInterval = TimeSpan.FromMinutes(1);

    readonly SimulatedClock _clock = new(world, process);
    StoreLease? _lease;

    /// <summary>Starts, and goes on until the process ends.</summary>
    public async Task RunAsync()
    {
        while (_lease is null)
        {
            try
            {
                await store.TryConditionsAsync(CancellationToken.None);
                if (fault == PlantedFault.BrokenConditionsSent)
                    store.Conditions = ConditionSupport.Full;
                _lease = (await store.TryAcquireLeaseAsync(CancellationToken.None)).Lease;
            }
            catch (IOException)
            {
                // The next one may succeed.
            }
            if (_lease is null)
                await Task.Delay(_joinPause, _clock);
        }
        world.Note("joined", process.Name);
        var records = new ProjectRecords(store, new MemoryBudget(64 << 20, _clock), _clock, world.Random)
        {
            Lease = fault == PlantedFault.None ? _lease : new FaultyLease(_lease, fault),
        };
        process.Begin(() => RenewAsync(_lease));
        if (settings.MayLose)
        {
            process.Begin(AdoptConditionFaultAsync);
            if (fault != PlantedFault.LostWriteLeft)
                process.Begin(() => PutBackLostAsync(new(records, NullLogger.Instance)));
        }
        // A record is used by one at a time, as far as it is not in memory.
        foreach (var project in projects.Keys)
        {
            process.Begin(() => WriteAsync(records, project));
            for (var reader = 0; reader < Readers; reader++)
                process.Begin(() => ReadAsync(records, project));
        }
    }

    /// <summary>Leaves in order.</summary>
    public async Task LeaveAsync()
    {
        if (_lease is { } lease)
            await lease.ReleaseAsync(inOrder: true);
        process.Kill();
    }

    async Task RenewAsync(StoreLease lease)
    {
        while (!process.IsDead)
        {
            await Task.Delay(lease.RenewalInterval!.Value * (0.9 + (0.2 * world.Random.NextDouble())), _clock);
            var freezes = process.Freezes;
            try
            {
                await lease.RenewAsync(CancellationToken.None);
                if (freezes == process.Freezes)
                    process.WasFrozen = false;
            }
            catch (IOException)
            {
                // The next one may succeed.
            }
        }
    }

    /// <summary>As <c>RepositoryHost</c> does it.</summary>
    async Task AdoptConditionFaultAsync()
    {
        while (!process.IsDead)
        {
            await Task.Delay(_checkInterval, _clock);
            await store.AdoptConditionFaultAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc cref="AdoptConditionFaultAsync"/>
    async Task PutBackLostAsync(LostWrites lost)
    {
        while (!process.IsDead)
        {
            var what = await lost.WaitAsync(CancellationToken.None);
            world.Note("puts back", process.Name);
            store.AllowRepair();
            try
            {
                await lost.PutBackAsync(CancellationToken.None);
            }
            catch (IOException)
            {
                await Task.Delay(_joinPause, _clock);
            }
            finally
            {
                await store.RecordLostWriteAsync(what, CancellationToken.None);
            }
        }
    }

    async Task ReadAsync(ProjectRecords records, ProjectName project)
    {
        var shown = projects[project];
        while (!process.IsDead)
        {
            await Task.Delay(world.Between(0, settings.Thinking), _clock);
            if (world.Happens(100))
                records.Find(project)?.TryEvict();
            var required = settings.MayLose ? 0 : shown.Required;
            try
            {
                var record = await records.FindAsync(project, CancellationToken.None);
                var snapshot = record is null ? null : await record.GetSnapshotAsync(CancellationToken.None);
                var page = ShownEvents.GetSet(snapshot?.Visible.Select(file => file.Name.FileName) ?? []);
                world.Note($"shows {project.Value}", process.Name, (long)page);
                if ((required & ~page) != 0 && !process.WasFrozen)
                    world.Fail($"{process.Name} shows {project.Value} without {required & ~page:x}");
                shown.Show(page);
            }
            catch (IOException)
            {
                // There is no page at the moment.
            }
        }
    }

    async Task WriteAsync(ProjectRecords records, ProjectName project)
    {
        var shown = projects[project];
        while (!process.IsDead)
        {
            await Task.Delay(world.Between(0, settings.Thinking * 4), _clock);
            if (shown.Next == ShownEvents.Max || world.Now >= settings.Length.Ticks)
                return;
            var number = shown.Next++;
            // Whoever gets an error mostly tries again.
            while (!await TryWriteAsync(records, project, number) && world.Happens(700))
                await Task.Delay(world.Between(0, settings.Thinking), _clock);
        }
    }

    async Task<bool> TryWriteAsync(ProjectRecords records, ProjectName project, int number)
    {
        var file = ShownEvents.GetFile(project, number);
        var before = GetVersions(project);
        try
        {
            world.Note($"adds to {project.Value}", process.Name, number);
            await records.GetOrCreate(project).ChangeAsync(history => new Change<bool>(
                true, history.FindVisible(file) is null ? [Events.Added(file)] : []));
            projects[project].Acknowledge(number);
            world.Note($"acknowledged in {project.Value}", process.Name, number);
            return true;
        }
        catch (IOException error)
        {
            world.Note($"fails in {project.Value}: {error.Message}", process.Name, number);
            if (settings.MustTakeWrites)
                world.Fail($"{process.Name} cannot write: {error.Message}");
            if (error.Message.StartsWith(Blame, StringComparison.Ordinal) && before == GetVersions(project))
                world.Fail($"{process.Name} blames others, who did nothing: {error.Message}");
            return false;
        }
    }

    /// <summary>Differs after a change of the record or the lease.</summary>
    (VersionTag?, VersionTag?) GetVersions(ProjectName project) =>
        (bucket.Find(StorageLayout.Record(project))?.Version, bucket.Find(LeaseDocument.Key)?.Version);
}
