namespace EndToEnd.Clients;

/// <summary>
/// A home folder of a test's own, in which clients run: no configuration, cache, credentials or proxy of whoever runs
/// the tests plays a part.
/// </summary>
public sealed class ClientHome : IDisposable
{
    readonly TemporaryFolder _folder = new();

    /// <summary>A home folder with nothing in it.</summary>
    public ClientHome() => Environment = new(StringComparer.Ordinal)
    {
        ["HOME"] = _folder.Folder("home"),
        ["XDG_CONFIG_HOME"] = _folder.Folder("config"),
        ["XDG_CACHE_HOME"] = _folder.Folder("cache"),
        ["XDG_DATA_HOME"] = _folder.Folder("data"),
        ["XDG_STATE_HOME"] = _folder.Folder("state"),
        ["TMPDIR"] = _folder.Folder("tmp"),
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["LANG"] = "C.UTF-8",
        ["COLUMNS"] = "1000",
        ["NO_COLOR"] = "1",
        ["TERM"] = "dumb",
        ["SOURCE_DATE_EPOCH"] = "1767225600", // the same project builds the same bytes
        ["PYTHONNOUSERSITE"] = "1",
        ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring",
        ["PIP_CONFIG_FILE"] = "/dev/null",
        ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1",
        ["PIP_NO_INPUT"] = "1",
        ["UV_NO_CONFIG"] = "1",
        ["UV_PYTHON_DOWNLOADS"] = "never",
        ["PDM_CHECK_UPDATE"] = "0",
        ["POETRY_VIRTUALENVS_IN_PROJECT"] = "true",
        ["PIPENV_VENV_IN_PROJECT"] = "1",
        ["PIPENV_NOSPIN"] = "1",
    };

    /// <summary>All variables that clients see.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>A folder that does not exist yet, for the client to fill.</summary>
    public string New(string name) => _folder.At(name);

    /// <summary>Makes a folder.</summary>
    public string Folder(params string[] parts) => _folder.Folder(parts);

    /// <summary>Writes a text file.</summary>
    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Runs a client.</summary>
    /// <param name="client">The client, as <see cref="PythonClients"/> names it.</param>
    /// <param name="arguments">What it is called with.</param>
    public Task<ProgramResult> RunAsync(string client, params IReadOnlyList<string> arguments) =>
        RunInAsync(_folder.Path, client, arguments);

    /// <summary>As <see cref="RunAsync"/>, in a folder.</summary>
    public async Task<ProgramResult> RunInAsync(string folder, string client, params IReadOnlyList<string> arguments)
    {
        var program = await PythonClients.ProgramOfAsync(client);
        return await new ProgramRun(program, arguments) { Folder = folder, Environment = Environment }.RunAsync();
    }

    /// <summary>
    /// Runs Python code in the virtual environment <c>.venv</c> of a folder, and tells what it prints.
    /// </summary>
    public async Task<string> PythonInAsync(string folder, string code)
    {
        var run =
            new ProgramRun(Path.Combine(folder, ".venv", "bin", "python"), "-c", code) { Environment = Environment };
        return (await run.RunAsync()).MustSucceed().Output.Trim();
    }

    /// <summary>
    /// Runs Python code with the packages that were installed into a folder, and tells what it prints.
    /// </summary>
    public async Task<string> PythonAsync(string packages, string code)
    {
        var run = new ProgramRun("/usr/bin/python3", "-c", code)
        {
            Environment = new Dictionary<string, string>(Environment) { ["PYTHONPATH"] = packages },
        };
        return (await run.RunAsync()).MustSucceed().Output.Trim();
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
