using Microsoft.Extensions.Logging;
using PyRepo.Server.Caching;
using PyRepo.Server.Hosted;
using PyRepo.Server.Records;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Hosting;

/// <summary>
/// Runs a hosted repository in a folder. It adopts files that are put there, and removes data that no record refers to.
/// </summary>
sealed class HostedHost : RepositoryHost
{
    readonly Adoption _adoption;
    readonly GarbageCollector _garbage;
    readonly ILogger _logger;

    public HostedHost(string folder, string name, MemoryBudget budget, TimeProvider clock, ILogger logger)
        : base(Resources.PythonRepository.KindName, folder, name, clock, logger)
    {
        _logger = logger;
        Hosted = new HostedRepository(Store, new ProjectRecords(Store, budget, clock), budget, clock);
        _adoption = new Adoption(Hosted, clock, logger);
        _garbage = new GarbageCollector(Store, Hosted.Records, clock, logger);
    }

    /// <summary>The repository, which accepts uploads.</summary>
    public HostedRepository Hosted { get; }

    /// <inheritdoc/>
    public override IRepository Repository => Hosted;

    /// <inheritdoc/>
    public override ProjectRecords Records => Hosted.Records;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> NotAdopted => _adoption.NotAdopted;

    /// <inheritdoc/>
    protected override Task OpenAsync(CancellationToken cancellationToken) => Hosted.OpenAsync(cancellationToken);

    /// <inheritdoc/>
    protected override async Task RunBackgroundAsync(CancellationToken cancellationToken)
    {
        await Hosted.Records.ReadAllAsync(
            (_, history) =>
            {
                foreach (var file in history.Visible.Where(f => f.FileTime is not null))
                    _adoption.RegisterAdopted(file);
            },
            error => Log.RecordUnreadable(_logger, error), cancellationToken);
        await Task.WhenAll(_adoption.RunAsync(ReleaseMemory, cancellationToken), _garbage.RunAsync(cancellationToken));
    }
}
