using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Storage.Buckets;

namespace PyRepo.Server.Tests.Content.Records.Simulation;

/// <summary>
/// A run of several replicas on one bucket, in one thread: their store, lease and records are the real ones, the
/// service, the clocks and the network are not.
/// </summary>
sealed class RecordSimulation
{
    readonly SimulatedWorld _world;
    readonly SimulationSettings _settings;
    readonly SimulatedBucket _bucket;
    readonly PlantedFault _fault;
    readonly SortedDictionary<ProjectName, ShownEvents> _projects;
    readonly List<(SimulatedProcess Process, SimulatedReplica Replica)> _running = [];

    /// <summary>How long replicas have to find what the service lost, after the last write.</summary>
    static readonly TimeSpan _search = TimeSpan.FromSeconds(150);

    int _started;

    RecordSimulation(int seed, PlantedFault fault, (ServiceFlaw Flaw, bool IsLater) service, bool isTraced)
    {
        _world = new SimulatedWorld(seed, isTraced);
        _settings = SimulationSettings.Choose(_world.Random);
        if (service.Flaw != ServiceFlaw.None)
            _settings = _settings.On(service.Flaw, service.IsLater);
        _bucket = new SimulatedBucket(_world, _settings);
        _fault = fault;
        _projects = new(Comparer<ProjectName>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)))
        {
            [ProjectName.Parse("bar")] = new(isStrict: !_settings.Freezes),
            [Events.Foo] = new(isStrict: !_settings.Freezes),
        };
    }

    /// <summary>Runs a seed.</summary>
    public static SimulationResult Run(int seed, PlantedFault fault = PlantedFault.None, bool isTraced = false) =>
        Run(seed, fault, GetService(fault), isTraced);

    /// <summary>Runs a seed on a service that does not keep its word, from the start or from a later time on.</summary>
    public static SimulationResult Run(int seed, ServiceFlaw flaw, bool isLater, bool isTraced = false) =>
        Run(seed, PlantedFault.None, (flaw, isLater), isTraced);

    static SimulationResult Run(
        int seed, PlantedFault fault, (ServiceFlaw Flaw, bool IsLater) service, bool isTraced)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return new RecordSimulation(seed, fault, service, isTraced).Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>The service on which a fault matters.</summary>
    static (ServiceFlaw Flaw, bool IsLater) GetService(PlantedFault fault) => fault switch
    {
        PlantedFault.ProbeSkipped => (ServiceFlaw.LooksFirstAndWritesLater, false),
        PlantedFault.LostWriteLeft => (ServiceFlaw.LooksFirstAndWritesLater, true),
        PlantedFault.RefusalBlamedOnOthers => (ServiceFlaw.RefusesRightTags, true),
        PlantedFault.BrokenConditionsSent => (ServiceFlaw.RefusesRightTags, false),
        PlantedFault.QuotedTagsSent => (ServiceFlaw.TakesBareTags, false),
        _ => (ServiceFlaw.None, false),
    };

    SimulationResult Run()
    {
        for (var number = 0; number < _settings.Replicas; number++)
            _world.After(_settings.Length * _world.Between(0, 0.3).TotalSeconds, () => Start(former: null));
        MakeTrouble();
        _world.Run(_settings.Length);
        if (_settings.MayLose)
            _world.Run(_settings.Length + _search);
        foreach (var (project, shown) in _projects)
            CheckRecord(project, shown);
        return new(
            _world.Fingerprint, _projects.Values.Sum(shown => shown.Acknowledged), _world.Wrong, _world.Trace);
    }

    void Start(string? former)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"r{++_started}");
        var process = new SimulatedProcess(_world, name);
        var store = new BucketStore(
            new SimulatedBucketClient(_world, _bucket, process, _settings, _fault), null,
            new ScratchFolder("/nowhere"), new BucketOwnership("simulated", create: false),
            new BucketReplica(name, name, former), new SimulatedClock(_world, process))
        {
            Conditions = _settings.Flaw == ServiceFlaw.None || _fault == PlantedFault.ProbeSkipped
                ? ConditionSupport.Full : null,
            Random = _world.Random,
            Times = GetTimes(),
        };
        var replica = new SimulatedReplica(_world, process, store, _bucket, _projects, _settings, _fault);
        _world.Add(process);
        _running.Add((process, replica));
        process.Begin(replica.RunAsync);
    }

    ReplicaTimes GetTimes() => _fault switch
    {
        PlantedFault.NoNotice => ReplicaTimes.Standard with { Notice = TimeSpan.Zero },
        PlantedFault.ValidityAboveExpiry =>
            ReplicaTimes.Standard with { Validity = 6 * ReplicaTimes.Standard.Validity },
        _ => ReplicaTimes.Standard,
    };

    /// <summary>Now and then, a process is stopped, killed or replaced, or its clock is set.</summary>
    void MakeTrouble() => _world.After(_world.Between(0, 2 * _settings.Troubles), () =>
    {
        MakeTrouble();
        if (_running.Count == 0)
            return;
        var at = _world.Random.Next(_running.Count);
        var (process, replica) = _running[at];
        switch (_world.Random.Next(8))
        {
            case 0:
                _running.RemoveAt(at);
                process.Kill();
                var former = _world.Happens(500) ? process.Name : null;
                _world.After(_world.Between(0, 30), () => Start(former));
                break;
            case 1:
                _running.RemoveAt(at);
                process.Begin(replica.LeaveAsync);
                _world.After(_world.Between(0, 10), () => Start(former: null));
                break;
            case 2:
                process.ClockError = _world.Between(-4000, 4000);
                break;
            default:
                process.Stop(GetStop(), _settings.Freezes && _world.Happens(600));
                break;
        }
    });

    /// <summary>Within what others rely on, about as long as an entry is valid, or beyond what may arrive.</summary>
    TimeSpan GetStop() => _world.Random.Next(4) switch
    {
        0 => _world.Between(0.05, 1),
        1 => _world.Between(8, 16),
        2 => _world.Between(18, 40),
        _ => _world.Between(60, 110),
    };

    void CheckRecord(ProjectName project, ShownEvents shown)
    {
        var files = new List<string>();
        RecordLines.Read(_bucket.Read(StorageLayout.Record(project)), change => files.Add(change.File!));
        if (shown.FindLost(ShownEvents.GetSet(files)) is not 0 and var lost)
            _world.Fail($"{project.Value} has lost {lost:x}");
        if (files.Distinct(StringComparer.Ordinal).Count() != files.Count)
            _world.Fail($"{project.Value} has an event twice");
    }
}

/// <summary>The outcome of a run.</summary>
/// <param name="Fingerprint">Differs if anything else happened.</param>
/// <param name="Acknowledged">How many events were acknowledged.</param>
/// <param name="Wrong">What went wrong, or null.</param>
/// <param name="Trace">What happened, if it was written down.</param>
sealed record SimulationResult(
    ulong Fingerprint, int Acknowledged, string? Wrong, IReadOnlyList<string> Trace);
