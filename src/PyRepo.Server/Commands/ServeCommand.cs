using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Platform.Tls;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Management;
using PyRepo.Server.Serving.Routing;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo serve</c></summary>
static class ServeCommand
{
    /// <summary>
    /// The exit status if the operator's documents have a field, kind or version that this server does not know. The
    /// operator (<c>PodChecks</c>) reads it from the container's status.
    /// </summary>
    const int UnknownField = 3;

    /// <summary>The longest time in seconds that transfers may continue.</summary>
    public const int MaxDrain = 3600;

    /// <summary>The address that serves packages, unless another is given.</summary>
    public const string DefaultListen = "127.0.0.1:8080";

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var manifests = ManifestOptions.Files();
        var data = ManifestOptions.Data();
        var listen = ManifestOptions.Address("--listen", "The address that serves packages.", DefaultListen);
        var management = ManifestOptions.Management("The address that serves health, metrics and status.");
        var root = new Option<string?>("--root")
        {
            Description = "Serve only this repository, at / and below its spec.ingress.path.",
            HelpName = "NAME",
        };
        var certificate = ManifestOptions.PemFile(
            TlsFiles.CertificateOption, "Serve packages over TLS, with this certificate and its chain (PEM).");
        var key = ManifestOptions.PemFile(
            TlsFiles.KeyOption, "The private key of the certificate (PEM, not encrypted).");
        var drain = ManifestOptions.Seconds(
            "--drain", "How many seconds running transfers may continue after SIGTERM, SIGHUP or Ctrl-C.", 30,
            MaxDrain);
        var trusted = ManifestOptions.Networks(
            "--trusted-proxy",
            "The addresses of proxies whose X-Forwarded-For, -Proto and -Host are believed. May be repeated.");
        var command = new Command("serve", "Serve the repositories in manifests.")
        {
            manifests, data, listen, certificate, key, management, root, drain, trusted,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(certificate) is null != result.GetValue(key) is null)
                result.AddError($"{certificate.Name} and {key.Name} are used together: one of them is missing.");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ServeOptions
            {
                Manifests = [.. parsed.GetRequiredValue(manifests)],
                Data = parsed.GetRequiredValue(data),
                Listen = parsed.GetRequiredValue(listen),
                Tls = parsed.GetValue(certificate) is { } file
                    ? new TlsFiles(file, parsed.GetRequiredValue(key)!)
                    : null,
                Management = parsed.GetRequiredValue(management),
                Root = parsed.GetValue(root),
                TrustedProxies = [.. parsed.GetValue(trusted) ?? []],
                Drain = TimeSpan.FromSeconds(parsed.GetValue(drain)),
            },
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A terminal that closes sends SIGHUP.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            stopping.Cancel();
        });
        return await ServeAsync(options, stopping.Token);
    }

    static async Task<int> ServeAsync(ServeOptions options, CancellationToken stopped)
    {
        var configuration = ConfigurationReader.Read(options.Manifests);
        if (!CheckCommand.Report(configuration, Console.Error))
            return configuration.IsMounted && configuration.Problems.Any(p => p.Reason is ProblemReason.Unknown)
                ? UnknownField : 1;
        if (options.Root is { } root && configuration.Manifests.Resources.All(r => r.Metadata.Name != root))
        {
            var names = configuration.Manifests.Resources.Select(r => r.Metadata.Name);
            await Console.Error.WriteLineAsync(
                $"--root {root}: there is no resource with this name.{UsageErrors.Suggestion(root, names)}");
            return UsageErrors.ExitStatus;
        }
        if (options.Manifests.Any(StandardInput.Is))
            await Console.Error.WriteLineAsync("-f -: standard input is read once. To change it, restart the server.");
        var resources = configuration.Manifests.Resources;
        if (ProxyVariables.Warning(resources, Environment.GetEnvironmentVariable) is { } warning)
            await Console.Error.WriteLineAsync(warning);
        if (!TryReadCertificate(options.Tls, out var tls))
            return 1;
        WorkThreads.Reserve();
        await using var app = ServerHost.Build(options, tls);
        if (!await TryStartAsync(app, options, configuration, stopped))
            return 1;
        var services = app.Services;
        await AnnounceAsync(app, options, configuration);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        var background = RunBackgroundAsync(services, ending.Token);
        var signalled = new TaskCompletionSource();
        await using var registration = stopped.Register(() => signalled.TrySetResult());
        await signalled.Task;
        services.GetRequiredService<ManagementEndpoint>().IsStopping = true;
        // The server stops accepting connections, and waits for running requests until the drain time is over.
        await app.StopAsync(CancellationToken.None);
        await ending.CancelAsync();
        await background;
        return 0;
    }

    /// <summary>Reads the certificate, or says why it cannot be used.</summary>
    static bool TryReadCertificate(TlsFiles? files, out TlsPair? pair)
    {
        try
        {
            pair = files is null ? null : new TlsPair(files.Read());
            return true;
        }
        catch (TlsException error)
        {
            Console.Error.WriteLine(files!.Describe(error));
            pair = null;
            return false;
        }
    }

    static Task RunBackgroundAsync(IServiceProvider services, CancellationToken ending)
    {
        var loops = services.GetRequiredService<RepositorySupervisor>().ServerLoops;
        var watcher = services.GetRequiredService<ConfigurationWatcher>();
        var certificate = services.GetService<TlsCertificate>();
        var trimmer = new MemoryTrimmer();
        return Task.WhenAll(
            certificate is null ? Task.CompletedTask
                : loops.RunAsync(
                    "certificate",
                    _ =>
                    {
                        certificate.Poll();
                        return Task.CompletedTask;
                    },
                    TlsCertificate.Interval, ending),
            loops.RunAsync("configuration", _ => watcher.PollAsync(), ConfigurationWatcher.Interval, ending),
            loops.RunAsync(
                "memory",
                _ =>
                {
                    trimmer.Trim();
                    return Task.CompletedTask;
                },
                MemoryTrimmer.Interval, ending));
    }

    /// <summary>
    /// Opens the repositories before the server listens, so that no client gets "no such repository" for a declared
    /// one.
    /// </summary>
    static async Task<bool> TryStartAsync(
        WebApplication app, ServeOptions options, ServerConfiguration configuration, CancellationToken stopped)
    {
        try
        {
            await app.Services.GetRequiredService<RepositorySupervisor>().ApplyAsync(configuration);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(
                $"--data {options.Data}: the repositories cannot be stored there. {error.Message}");
            return false;
        }
        try
        {
            await app.StartAsync(stopped);
            var (packages, management) = ServerHost.GetAddresses(app);
            options.OwnPorts.Use(new Uri(packages).Port, new Uri(management).Port);
            return true;
        }
        catch (IOException error)
        {
            await Console.Error.WriteLineAsync(
                $"{error.Message.TrimEnd('.')}. Choose other addresses with --listen and --management.");
        }
        catch (SocketException error)
        {
            await Console.Error.WriteLineAsync(
                $"Cannot listen on {options.Listen} and {options.Management}: {error.Message}.");
        }
        return false;
    }

    static async Task AnnounceAsync(WebApplication app, ServeOptions options, ServerConfiguration configuration)
    {
        var (packages, management) = ServerHost.GetAddresses(app);
        await Console.Out.WriteLineAsync($"Listening on {packages}");
        await Console.Out.WriteLineAsync($"Management on {management}");
        var served = app.Services.GetRequiredService<RepositoryRegistry>().All;
        foreach (var line in new Announcement(configuration, options, packages).Lines(served))
            await Console.Out.WriteLineAsync(line);
        await Console.Out.FlushAsync();
    }
}

/// <summary>The environment variables that name an HTTP proxy to other programs. They are not used.</summary>
static class ProxyVariables
{
    static readonly string[] _names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

    /// <summary>
    /// Returns a sentence about the variables that are set, or null if nobody would expect them to be used.
    /// </summary>
    public static string? Warning(IEnumerable<Resource> resources, Func<string, string?> environment)
    {
        string[] direct =
        [
            .. resources.OfType<ProxyRepository>()
                .Where(proxy => string.IsNullOrEmpty(proxy.Spec.Upstream.ProxyUrl))
                .Select(proxy => proxy.Metadata.Name),
        ];
        string[] set =
        [
            .. _names.SelectMany(name => (string[])[name, name.ToLowerInvariant()])
                .Where(name => !string.IsNullOrEmpty(environment(name))),
        ];
        return direct.Length == 0 || set.Length == 0 ? null
            : $"warning: {string.Join(", ", set)} {(set.Length == 1 ? "is" : "are")} not used. To reach the upstream "
                + $"of {string.Join(", ", direct)} through a proxy, set spec.upstream.proxyUrl.";
    }
}
