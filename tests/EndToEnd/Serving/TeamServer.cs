namespace EndToEnd.Serving;

/// <summary>A server with one repository, <c>team</c>.</summary>
public sealed class TeamServer() : RunningServer(Manifest.Create("team"));
