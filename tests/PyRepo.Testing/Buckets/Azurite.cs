using Xunit;

namespace PyRepo.Testing.Buckets;

/// <summary>
/// Azure Blob Storage on this machine: Azurite, which <c>./dev test unit</c> installs into <c>artifacts/azurite</c>.
/// </summary>
/// <remarks>
/// What it does not do as Azure does: it serves any version of the protocol alike, and a container that was deleted can
/// be created again at once.
/// </remarks>
public sealed class Azurite : IAsyncLifetime
{
    /// <summary>The account, whose name and key are the same for everybody.</summary>
    public const string Account = "devstoreaccount1";

    /// <summary>The account's key.</summary>
    public const string Key =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    readonly ServerProcess _process = new();

    static string Program { get; } = SourceTree.At(
        "artifacts", "azurite", "node_modules", "azurite", "dist", "src", "blob", "main.js");

    static bool IsThere { get; } = File.Exists(Program);

    /// <summary>The account's URL. Where Azurite is missing, the test that asks for it is skipped.</summary>
    public Uri Endpoint
    {
        get
        {
            Assert.SkipUnless(IsThere, "Azurite is missing: ./dev test unit installs it if there are node and npm.");
            return new($"http://127.0.0.1:{_process.Port}/{Account}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // A fixture is made even if all its tests are skipped.
        if (IsThere)
        {
            await _process.StartAsync("node", (port, folder) =>
            [
                Program, "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", folder,
                "--disableTelemetry", "--skipApiVersionCheck", "--silent",
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
