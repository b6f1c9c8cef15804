namespace EndToEnd.Serving;

/// <summary>A server says how to use it, in commands to paste, and where the password is.</summary>
public sealed class AnnouncementTests
{
    static readonly string _manifest = Manifest.All(
        Manifest.Create("ours"), Manifest.Create("asleep", "{ suspend: true }"),
        Manifest.Create("private", "{ access: { usersSecretRef: { name: users }, grants: [ { to: [ { user: alice } ], "
            + "role: Publisher } ] } }"),
        Manifest.User("users", "alice", "correct-horse"),
        """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec: { members: [ { kind: PythonRepository, name: ours } ], uploadTo: ours }

        """);

    [Fact]
    public async Task A_server_says_how_to_install_and_to_upload_and_where_the_password_is()
    {
        await using var server = await PyRepoServer.StartAsync(_manifest);
        var (url, password) = (server.Url, Path.Combine(server.Data, ".credentials", "ours"));
        var expected = $"""

            Serving all at {url}all/
              pip install --index-url {url}all/simple/ PROJECT
              twine upload --repository-url {url}all/ -u publisher -p "$(cat {password})" dist/*
              uv publish --publish-url {url}all/ -u publisher -p "$(cat {password})" dist/*

            Not serving asleep: it is suspended

            Serving ours at {url}ours/
              pip install --index-url {url}ours/simple/ PROJECT
              twine upload --repository-url {url}ours/ -u publisher -p "$(cat {password})" dist/*
              uv publish --publish-url {url}ours/ -u publisher -p "$(cat {password})" dist/*

            Serving private at {url}private/
              pip install --index-url {url}private/simple/ PROJECT
              twine upload --repository-url {url}private/ dist/*
              uv publish --publish-url {url}private/ dist/*

            """;
        await Eventually.IsAsync(
            "all is said", () => Task.FromResult(server.OutputText().EndsWith(expected, StringComparison.Ordinal)));
        foreach (var secret in (string[])[server.GetPassword("ours"), "correct-horse"])
            Assert.DoesNotContain(secret, server.OutputText() + server.LogText(), StringComparison.Ordinal);
    }
}
