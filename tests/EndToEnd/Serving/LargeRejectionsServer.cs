namespace EndToEnd.Serving;

/// <summary>The server of <see cref="LargeRejectionTests"/>.</summary>
public sealed class LargeRejectionsServer() : RunningServer(Manifest.All(
    Manifest.Create("team", "{ uploads: { maxFileSize: 150Mi } }"),
    Manifest.Create("small", "{ uploads: { maxFileSize: 40Mi } }"),
    Manifest.Create("paused", "{ suspend: true }")));
