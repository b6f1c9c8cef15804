namespace EndToEnd.Serving;

/// <summary>The server of <see cref="KnownBugTests"/>.</summary>
public sealed class KnownBugsServer() : RunningServer(Manifest.All(
    Manifest.Create("team"),
    Manifest.Create("write-only", """
        { access: { usersSecretRef: { name: users }, grants: [
          { to: [ { user: alice } ], role: Publisher, projects: [ "acme-*" ] } ] } }
        """),
    Manifest.AliceAndBob("users")));
