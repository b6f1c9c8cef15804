using EndToEnd.Clients;

namespace EndToEnd.Proxying;

/// <summary>
/// Installs a project with a real client, with a home of its own: nothing that an earlier installation left helps.
/// </summary>
public sealed class FreshInstallation(string client, Uri index, string project) : IDisposable
{
    readonly ClientHome _home = new();

    /// <inheritdoc/>
    public void Dispose() => _home.Dispose();

    /// <summary>Installs it, and tells what a line of Python prints then.</summary>
    public async Task<string> PrintAsync(string code)
    {
        // pip believes nobody but this very machine without TLS.
        _home.Environment["PIP_TRUSTED_HOST"] = index.Host;
        return await RunAsync(code);
    }

    /// <summary>Tries to install it, which must fail, and tells what the client says then.</summary>
    public async Task<string> FailAsync()
    {
        _home.Environment["PIP_TRUSTED_HOST"] = index.Host;
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync("import sys"));
        // Terminals wrap lines anywhere.
        return string.Join(' ', failed.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    async Task<string> RunAsync(string code) => PythonClients.GetKind(client) switch
    {
        "uv" => await IntoFolderAsync(
            code, "pip", "install", "--python", "/usr/bin/python3", "--default-index", index.AbsoluteUri),
        "pip" => await IntoFolderAsync(code, "install", "--index-url", index.AbsoluteUri),
        "poetry" => await LockedAsync(
            code, "pyproject.toml", LockableProject.ForPoetry($"{index}", project), ["lock"], ["install"]),
        "pdm" => await LockedAsync(code, "pyproject.toml", Pdm, ["lock"], ["install", "--no-self"]),
        "pipenv" => await LockedAsync(
            code, "Pipfile", LockableProject.ForPipenv($"{index}", project), ["lock"], ["sync"]),
        var other => throw new ArgumentException(other, nameof(code)),
    };

    string Pdm => $"""
        [project]
        name = "app"
        version = "0.1"
        requires-python = ">=3.11"
        dependencies = ["{project}"]

        [tool.pdm]
        distribution = false

        [[tool.pdm.source]]
        name = "pypi"
        url = "{index}"
        """;

    async Task<string> IntoFolderAsync(string code, params string[] arguments)
    {
        var target = _home.New("target");
        (await _home.RunAsync(client, [.. arguments, "--target", target, project])).MustSucceed();
        return await _home.PythonAsync(target, code);
    }

    async Task<string> LockedAsync(string code, string fileName, string file, string[] @lock, string[] install)
    {
        var app = _home.Folder("app");
        _home.Write($"app/{fileName}", file);
        (await _home.RunInAsync(app, client, @lock)).MustSucceed();
        (await _home.RunInAsync(app, client, install)).MustSucceed();
        return await _home.PythonInAsync(app, code);
    }
}
