namespace EndToEnd.Serving;

/// <summary>The server of <see cref="PageTests"/>.</summary>
public sealed class PagesServer() : RunningServer(Manifest.Of("team"));
