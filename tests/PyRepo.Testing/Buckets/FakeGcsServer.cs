using System.Diagnostics;
using Xunit;

namespace PyRepo.Testing.Buckets;

/// <summary>Google Cloud Storage's JSON API on this machine: fake-gcs-server of the test assets.</summary>
/// <remarks>
/// What it does not do as Google does: it checks no credentials and no signature of a URL; it ignores the conditions of
/// a download; a question which bytes of an upload it has completes the upload; a missing bucket is told like a missing
/// object; a name cannot be both an object and a folder of others, even one after the other, nor have an empty part.
/// </remarks>
public sealed class FakeGcsServer : IAsyncLifetime
{
    const string Asset = "gcs/fake-gcs-server.xz";

    readonly ServerProcess _process = new();

    /// <summary>Its URL. Where the program is missing, the test that asks for it is skipped.</summary>
    public Uri Endpoint
    {
        get
        {
            Assert.SkipWhen(Assets.Find(Asset) is null, Assets.Missing);
            return new($"http://127.0.0.1:{_process.Port}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // A fixture is made even if all its tests are skipped.
        if (Assets.Find(Asset) is not null)
        {
            await _process.StartAsync(Path.Combine(Unpack(), "fake-gcs-server"), (port, folder) =>
            [
                "-scheme", "http", "-host", "127.0.0.1", "-port", $"{port}", "-public-host", $"127.0.0.1:{port}",
                "-backend", "filesystem", "-filesystem-root", folder, "-log-level", "error",
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    static string Unpack()
    {
        var unpack = Assets.GetPath("unpack.sh");
        using var process = Process.Start(new ProcessStartInfo(unpack, ["gcs"]) { RedirectStandardOutput = true })!;
        var folder = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0
            ? folder
            : throw new InvalidOperationException($"{unpack} ended with status {process.ExitCode}.");
    }
}
