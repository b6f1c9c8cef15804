namespace EndToEnd.Serving;

/// <summary>The server of <see cref="OverwritingTests"/>.</summary>
public sealed class OverwritingServer() : RunningServer(Manifest.All(
    Manifest.Create("never", "{ retention: { keepDeletedFor: 0s } }"),
    Manifest.Create("always", "{ uploads: { overwrite: Always }, retention: { keepDeletedFor: 0s } }")));
