using System.Diagnostics;
using System.Net;
using Xunit;

namespace PyRepo.Testing.Buckets;

/// <summary>
/// A real S3 service on this machine, for all tests of a collection. It ends with the tests' process, however
/// that ends. Where its program is missing nothing is started, and a test that asks where it is is skipped.
/// </summary>
public abstract class S3Service : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    Process? _process;

    /// <summary>The service's URL. Where its program is missing, the test that asks for it is skipped.</summary>
    public virtual Uri Endpoint
    {
        get
        {
            Assert.SkipWhen(field is null, Assets.Missing);
            return field;
        }
        private set;
    }

    /// <summary>The region of its buckets.</summary>
    public abstract string Region { get; }

    /// <summary>The id of a key that may do everything.</summary>
    public string AccessKeyId { get; protected set; } = "";

    /// <summary>The key's secret.</summary>
    public string SecretAccessKey { get; protected set; } = "";

    /// <summary>Its folder.</summary>
    protected string Folder => _folder.Path;

    /// <summary>Whether what the program needs is installed.</summary>
    protected virtual bool CanStart => true;

    /// <summary>How many ports it takes, which follow each other.</summary>
    protected virtual int Ports => 3;

    /// <summary>The program, in the assets.</summary>
    protected abstract string Program { get; }

    /// <summary>Where it listens.</summary>
    protected virtual IPAddress Address => IPAddress.Loopback;

    /// <summary>A name that no other bucket has.</summary>
    public static string NewName() => $"test-{Guid.NewGuid():N}"[..18];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Assets.Find(Program) is null || !CanStart)
            return;
        var port = FreePort.Take(Ports);
        Endpoint = new($"http://{Address}:{port}");
        // The shell ends the service when this process closes its input.
        var start = new ProcessStartInfo("/bin/bash", ["-c", Script, "bash", _folder.Path, $"{port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["ASSETS"] = Assets.GetPath(), ["ADDRESS"] = $"{Address}" },
        };
        Prepare(start);
        _process = Process.Start(start)!;
        await WaitAsync(_process.StandardOutput);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _folder.Dispose();
    }

    /// <summary>What the shell runs: <c>$1</c> is the folder, <c>$2</c> the port.</summary>
    /// <remarks><c>$ADDRESS</c> is the address, <c>$ASSETS</c> the assets.</remarks>
    protected abstract string Script { get; }

    /// <summary>Completes the environment.</summary>
    protected virtual void Prepare(ProcessStartInfo start)
    {
    }

    /// <summary>Runs a script to its end.</summary>
    protected static async Task RunAsync(IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} failed: {string.Concat(said)}");
    }

    /// <summary>Waits until the service is ready.</summary>
    protected abstract Task WaitAsync(StreamReader output);
}
