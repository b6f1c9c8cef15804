namespace EndToEnd.Serving;

/// <summary>The server of <see cref="Pages"/>.</summary>
public sealed class PagesServer() : RunningServer(Manifest.Of("team"));
