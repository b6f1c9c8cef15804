namespace EndToEnd.Serving;

/// <summary>The server of <see cref="PrivateRepositoryTests"/>, with two projects that only some may read.</summary>
public sealed class PrivateRepositoriesServer() : RunningServer(Manifest.All(
    Manifest.Create("vault", """
        { access: { usersSecretRef: { name: users }, grants: [
          { to: [ { group: publishers } ], role: Maintainer },
          { to: [ { user: bob } ], role: Reader, projects: [ "acme-*" ] } ] } }
        """),
    Manifest.Create("drop", """
        { access: { usersSecretRef: { name: users }, grants: [
          { to: [ { anyone: {} } ], role: Reader, projects: [ "open-*" ] },
          { to: [ { user: bob } ], role: Publisher, projects: [ "open-*", "bob" ] },
          { to: [ { user: alice } ], role: Maintainer } ] } }
        """),
    Manifest.AliceAndBob("users")));
