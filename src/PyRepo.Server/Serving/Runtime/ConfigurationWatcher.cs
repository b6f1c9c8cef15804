using Microsoft.Extensions.Logging;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Reports;
using PyRepo.Server.Serving.Configuration;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>
/// Reads the configuration every second, parses it if its content has changed, and applies changes. An invalid
/// configuration leaves the last valid one in effect.
/// </summary>
sealed class ConfigurationWatcher(
    ServeOptions options, RepositorySupervisor running, TimeProvider clock, ILogger<ConfigurationWatcher> logger)
{
    string? _lastDigest;
    string? _lastHash;
    ReportedProblem? _platformProblem;

    /// <summary>How often to poll.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The problems with the latest configuration. If there are none, it is in effect.</summary>
    public IReadOnlyList<ReportedProblem> Problems
    {
        get => _platformProblem is { } platform ? [.. field, platform] : field;
        private set;
    } = [];

    /// <summary>Polls the configuration once.</summary>
    public async Task PollAsync()
    {
        try
        {
            await ReadAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            (_lastDigest, _lastHash) = ("", "");
            ReportUnreadable(error.Message);
        }
        catch
        {
            // Apply the configuration again as soon as that is possible, which clears the problem even if nothing else
            // has changed.
            (_lastDigest, _lastHash) = ("", "");
            throw;
        }
    }

    void ReportUnreadable(string message)
    {
        var problem = new ReportedProblem(ProblemReason.Unreadable, "", message);
        if (Problems is [var known] && known == problem)
            return;
        Problems = [problem];
        Log.ConfigurationUnreadable(logger, message);
    }

    async Task ReadAsync()
    {
        var files = ConfigurationFiles.Load(options.Manifests, clock.GetUtcNow());
        var digest = files.Digest();
        if (digest == _lastDigest)
            return;
        var read = ConfigurationReader.Parse(files, options.Manifests, running.Current);
        _lastDigest = digest;
        if (read.PlatformProblem is { } platform && platform != _platformProblem)
            Log.PlatformUnreadable(logger, platform.Message);
        _platformProblem = read.PlatformProblem;
        if (read.Hash == (_lastHash ?? running.Current?.Hash))
            return;
        _lastHash = read.Hash;
        if (!read.Problems.IsEmpty)
        {
            Problems = [.. read.Problems.Select(read.GetReport)];
            foreach (var problem in Problems)
                Log.ConfigurationRejected(logger, problem.Message);
            return;
        }
        await running.ApplyAsync(read);
        Problems = [];
        foreach (var warning in read.Warnings)
            Log.ConfigurationWarning(logger, $"{warning}");
        Log.ConfigurationChanged(logger, read.Manifests.Resources.Length);
    }
}
