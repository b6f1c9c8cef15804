using Microsoft.Extensions.Logging;
using PyRepo.Resources.Manifests;

namespace PyRepo.Server.Configuration;

/// <summary>Looks at the configuration each second and puts changes in force; a broken one leaves the last good one.</summary>
sealed class ConfigurationWatcher(ServeOptions options, RepositorySupervisor running, TimeProvider clock, ILogger<ConfigurationWatcher> logger)
{
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    string? _seen;

    /// <summary>What is wrong with the newest configuration; empty: it is in force.</summary>
    public IReadOnlyList<ReportedProblem> Problems { get; private set; } = [];

    /// <summary>Looks again and again.</summary>
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
                // Once it can be read or put in force again, that clears the problem, even if nothing else changed.
                _seen = "";
                Log.ConfigurationUnreadable(logger, error.Message);
            }
        }
    }

    /// <summary>Looks once.</summary>
    public async Task PollAsync()
    {
        var read = ConfigurationReader.Read(options.Manifests);
        if (read.Hash == (_seen ?? running.InForce?.Hash))
            return;
        _seen = read.Hash;
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
