using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Serving.Stores;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo mirror</c></summary>
static class MirrorCommand
{
    static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The ProxyRepository with mode Mirror." };
        var manifests = ManifestOptions.Files();
        var data = ManifestOptions.Data();
        var command = new Command(
            "mirror", "Fetch everything a mirror lacks, once. Stop the server first: it mirrors by itself.")
        {
            name, manifests, data,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(name), [.. parsed.GetRequiredValue(manifests)], parsed.GetRequiredValue(data),
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(string name, string[] manifests, string data, CancellationToken cancellationToken)
    {
        var configuration = ConfigurationReader.Read([.. manifests]);
        if (!CheckCommand.Report(configuration, Console.Error))
            return 1;
        var mirrors = configuration.Manifests.Resources.OfType<ProxyRepository>()
            .Where(r => r.Spec.Mode is ProxyMode.Mirror).ToList();
        if (mirrors.Find(r => r.Metadata.Name == name) is not { } proxy)
        {
            await Console.Error.WriteLineAsync(
                $"{name}: there is no ProxyRepository with this name and mode: Mirror."
                + UsageErrors.Suggestion(name, mirrors.Select(r => r.Metadata.Name)));
            return UsageErrors.ExitStatus;
        }
        try
        {
            return await MirrorAsync(proxy, configuration, data, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"The mirror stopped: {error.Message} Run it again to continue.");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. Run it again to continue.");
            return 1;
        }
    }

    static async Task<int> MirrorAsync(
        ProxyRepository proxy, ServerConfiguration configuration, string data, CancellationToken cancellationToken)
    {
        var (clock, ownPorts) = (TimeProvider.System, new OwnPorts());
        var settings = UpstreamReader.Read(proxy, configuration, out _) with { OwnPorts = ownPorts };
        var storage = new StoreFactory(data, ownPorts, clock).Create(proxy, configuration);
        await using var host = new ProxyHost(
            storage, proxy.Metadata.Name, settings, MemoryBudget.OfControlGroup(), clock, NullLogger.Instance);
        await host.StartAsync();
        if (host.Waiting is { } reason)
        {
            await Console.Error.WriteLineAsync(
                $"'{proxy.Metadata.Name}' {reason}. A running server mirrors by itself.");
            return 1;
        }
        await host.UseAsync(
            proxy.Spec, settings, PolicyReader.Read(proxy, configuration),
            AdvisoriesReader.ReadOwn(proxy, configuration), TrustedRootReader.FindProvenance(proxy, configuration));
        if (!host.IsMirroring)
        {
            await Console.Error.WriteLineAsync($"Another replica mirrors '{proxy.Metadata.Name}'.");
            return 1;
        }
        if (await ShowAsync(host, clock, cancellationToken) is { } obstacle)
        {
            await Console.Error.WriteLineAsync($"Nothing was mirrored: {obstacle}");
            return 1;
        }
        return await ReportAsync(proxy.Metadata.Name, host.Mirror!);
    }

    /// <summary>Waits for the end of a pass. Returns why there is none, or null.</summary>
    static async Task<string?> ShowAsync(ProxyHost host, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (progress, bar) = (host.Mirror!, new ProgressBar(0));
        while (progress.Passes == 0)
        {
            if (host.PolicyObstacle is { } obstacle)
                return obstacle;
            bar.Show(progress.ProjectsDone, progress.ProjectsTotal, $"{progress.FilesFetched} files");
            await Task.Delay(_interval, clock, cancellationToken);
        }
        bar.Show(progress.ProjectsDone, progress.ProjectsTotal, $"{progress.FilesFetched} files");
        bar.End();
        return null;
    }

    static async Task<int> ReportAsync(string name, MirrorProgress progress)
    {
        foreach (var message in progress.Messages)
            await Console.Error.WriteLineAsync(message);
        await Console.Out.WriteLineAsync(
            $"Mirrored {progress.ProjectsDone} of {progress.ProjectsTotal} projects into {name}; fetched "
            + $"{progress.FilesFetched} files, {progress.BytesFetched >> 20} MiB; {progress.FailureCount} failed.");
        return progress.FailureCount == 0 ? 0 : 1;
    }
}
