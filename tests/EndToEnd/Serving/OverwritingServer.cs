namespace EndToEnd.Serving;

/// <summary>The server of <see cref="OverwritingTests"/>.</summary>
public sealed class OverwritingServer() : RunningServer(Manifest.All(
    Manifest.Of("never"), Manifest.Of("always", "{ uploads: { overwrite: Always } }")));
