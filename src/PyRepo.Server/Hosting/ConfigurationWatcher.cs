using Microsoft.Extensions.Logging;
using PyRepo.Resources.Problems;
using PyRepo.Server.Configuration;

namespace PyRepo.Server.Hosting;

/// <summary>
/// Polls the configuration every second and applies changes. An invalid configuration leaves the last valid one in
/// effect.
/// </summary>
sealed class ConfigurationWatcher(
    ServeOptions options, RepositorySupervisor running, TimeProvider clock, ILogger<ConfigurationWatcher> logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    string? _lastHash;

    /// <summary>The problems with the latest configuration. If there are none, it is in effect.</summary>
    public IReadOnlyList<ReportedProblem> Problems { get; private set; } = [];

    /// <summary>Polls the configuration until canceled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_interval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await PollAsync();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Problems = [new ReportedProblem(ProblemReason.Unreadable, "", error.Message)];
                // Apply the configuration again as soon as that is possible, which clears the problem even if nothing
                // else has changed.
                _lastHash = "";
                Log.ConfigurationUnreadable(logger, error.Message);
            }
        }
    }

    /// <summary>Polls the configuration once.</summary>
    public async Task PollAsync()
    {
        var read = ConfigurationReader.Read(options.Manifests);
        if (read.Hash == (_lastHash ?? running.Current?.Hash))
            return;
        _lastHash = read.Hash;
        if (!read.Problems.IsEmpty)
        {
            Problems = [.. read.Problems.Select(read.ReportOf)];
            foreach (var problem in Problems)
                Log.ConfigurationRejected(logger, problem.Message);
            return;
        }
        await running.ApplyAsync(read);
        Problems = [];
        Log.ConfigurationChanged(logger, read.Manifests.Resources.Length);
    }
}
