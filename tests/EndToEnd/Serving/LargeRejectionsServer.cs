namespace EndToEnd.Serving;

/// <summary>The server of <see cref="LargeRejectionTests"/>.</summary>
public sealed class LargeRejectionsServer() : RunningServer(Manifest.All(
    Manifest.Of("team", "{ uploads: { maxFileSize: 150Mi } }"),
    Manifest.Of("small", "{ uploads: { maxFileSize: 40Mi } }"),
    Manifest.Of("paused", "{ suspend: true }")));
