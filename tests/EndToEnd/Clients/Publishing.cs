namespace EndToEnd.Clients;

/// <summary>How each client is told to upload a project's distributions.</summary>
/// <param name="Url">What is uploaded to.</param>
/// <param name="Password">The user's password.</param>
/// <param name="User">The user.</param>
public sealed record Publishing(Uri Url, string Password, string User = "publisher")
{
    /// <summary>Whether the client is told to go on where a file exists already.</summary>
    public bool SkipExisting { get; init; }

    /// <summary>Runs the client.</summary>
    /// <param name="client">The client, as <see cref="PythonClients"/> names it.</param>
    /// <param name="home">Where it runs.</param>
    /// <param name="project">A project whose distributions are built.</param>
    public Task<ProgramResult> RunAsync(string client, ClientHome home, PythonProject project)
    {
        SetVariables(home.Environment);
        return home.RunInAsync(project.Folder, client, [.. GetArguments(client, project.Files)]);
    }

    /// <summary>flit and poetry take what they need from variables, so that a password is in no command line.</summary>
    void SetVariables(Dictionary<string, string> variables)
    {
        variables["FLIT_INDEX_URL"] = Url.ToString();
        variables["FLIT_USERNAME"] = User;
        variables["FLIT_PASSWORD"] = Password;
        variables["POETRY_REPOSITORIES_OURS_URL"] = Url.ToString();
        variables["POETRY_HTTP_BASIC_OURS_USERNAME"] = User;
        variables["POETRY_HTTP_BASIC_OURS_PASSWORD"] = Password;
    }

    IEnumerable<string> GetArguments(string client, IReadOnlyList<string> files)
    {
        string[] skip = SkipExisting ? ["--skip-existing"] : [];
        return PythonClients.GetKind(client) switch
        {
            "twine" => ["upload", "--repository-url", $"{Url}", "-u", User, "-p", Password, .. skip, .. files],
            "uv" => ["publish", "--publish-url", $"{Url}", "-u", User, "-p", Password, .. files],
            "poetry" => ["publish", "--repository", "ours", .. skip],
            "pdm" => ["publish", "--no-build", "--repository", $"{Url}",
                "--username", User, "--password", Password, .. skip],
            "hatch" => ["publish", "--no-prompt", "--repo", $"{Url}", "--user", User, "--auth", Password, .. files],
            "flit" => ["publish"],
            var other => throw new ArgumentOutOfRangeException(nameof(client), other, "does not upload"),
        };
    }
}
