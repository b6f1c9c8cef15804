namespace EndToEnd.Serving;

/// <summary>The server of <see cref="BugsOfOthers"/>.</summary>
public sealed class BugsOfOthersServer() : RunningServer(Manifest.All(
    Manifest.Of("team"),
    Manifest.Of("write-only", """
        { access: { usersSecretRef: { name: users }, grants: [
          { to: [ { user: alice } ], role: Publisher, projects: [ "acme-*" ] } ] } }
        """),
    Manifest.AliceAndBob("users")));
