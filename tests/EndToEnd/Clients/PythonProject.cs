namespace EndToEnd.Clients;

/// <summary>A small project of one module, which distributions are built of.</summary>
/// <param name="home">Where it lies.</param>
/// <param name="name">The project's name, normalized.</param>
/// <param name="backend">What builds it.</param>
public sealed class PythonProject(ClientHome home, string name, BuildBackend backend)
{
    /// <summary>The project's name, normalized.</summary>
    public string Name => name;

    /// <summary>The module's name, which is also how the names of its files begin.</summary>
    public string Module => name.Replace('-', '_');

    /// <summary>The folder that pyproject.toml is in.</summary>
    public string Folder { get; } = home.Folder("projects", name);

    /// <summary>The names of its distributions.</summary>
    public IReadOnlyList<string> FileNames => [$"{Module}-1.0-py3-none-any.whl", $"{Module}-1.0.tar.gz"];

    /// <summary>The paths of its built distributions.</summary>
    public IReadOnlyList<string> Files => [.. FileNames.Select(f => Path.Combine(Folder, "dist", f))];

    /// <summary>Writes the project, whose module holds a value.</summary>
    public PythonProject Write(string value)
    {
        File.WriteAllText(Path.Combine(Folder, "pyproject.toml"), $"""
            [project]
            name = "{name}"
            version = "1.0"
            description = "A project of one module: {value}"
            requires-python = ">=3.8"

            [build-system]
            requires = ["{backend.Requirement}"]
            build-backend = "{backend.Module}"

            {OwnTable}
            """);
        var package = Directory.CreateDirectory(Path.Combine(Folder, Module)).FullName;
        File.WriteAllText(
            Path.Combine(package, "__init__.py"), $"\"\"\"A project of one module.\"\"\"\n\nvalue = '{value}'\n");
        return this;
    }

    string OwnTable => backend.Table is null ? "" : $"""
        [{backend.Table}]
        name = "{name}"
        version = "1.0"
        description = ""
        authors = []
        [{backend.Table}.dependencies]
        python = ">=3.8"

        """;

    /// <summary>Builds the distributions with the backend that the assets have, fetching nothing.</summary>
    public async Task<PythonProject> BuildAsync()
    {
        var backends = Path.GetDirectoryName(await PythonClients.FolderOfAsync("backends"))!;
        var run = new ProgramRun(
            await PythonClients.ProgramOfAsync("build"), "--no-isolation", "--skip-dependency-check", Folder)
        {
            Environment = new Dictionary<string, string>(home.Environment)
            {
                ["PYTHONPATH"] = Assert.Single(Directory.GetDirectories(Path.Combine(backends, "lib"), "python3*"))
                    + "/site-packages",
            },
        };
        (await run.RunAsync()).MustSucceed();
        return this;
    }
}
