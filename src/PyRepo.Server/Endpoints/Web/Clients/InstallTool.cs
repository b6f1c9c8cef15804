using System.Collections.Immutable;

namespace PyRepo.Server.Endpoints.Web.Clients;

/// <summary>How a tool installs from a repository.</summary>
/// <param name="Name">The tool.</param>
/// <param name="SignIn">
/// A command that asks for a password and keeps it; null if the tool asks by itself, as pip and pdm do unless the URL has
/// a user.
/// </param>
/// <param name="Commands">The commands, in order.</param>
/// <param name="File">The same as a configuration file.</param>
sealed record InstallTool(
    string Name, ShellCommand? SignIn, ImmutableArray<ShellCommand> Commands, ConfigurationFile File)
{
    /// <summary>Returns the tools.</summary>
    /// <remarks>
    /// In each of them the repository takes the place of PyPI. Beside PyPI, a name that is not there yet would come
    /// from whoever has registered it on PyPI.
    /// </remarks>
    /// <param name="index">The repository.</param>
    /// <param name="requirement">The project, with a version if it has to be a certain one.</param>
    public static ImmutableArray<InstallTool> All(ClientIndex index, string requirement) =>
        [Pip(index, requirement), Uv(index, requirement), Poetry(index, requirement), Pdm(index, requirement)];

    static InstallTool Pip(ClientIndex index, string requirement) => new(
        "pip", null,
        [new("pip", ["install", "--index-url", index.Simple, requirement])],
        new("pip.conf", $"""
            [global]
            index-url = {index.Simple}
            """));

    static InstallTool Uv(ClientIndex index, string requirement) => new(
        "uv", index.IsPublic ? null : new("uv", ["auth", "login", "--username", index.User, index.Url]),
        [new("uv", ["add", "--default-index", index.Simple, requirement])],
        new("pyproject.toml", $"""
            [[tool.uv.index]]
            name = "{index.Name}"
            url = "{index.Simple}"
            default = true
            """));

    static InstallTool Poetry(ClientIndex index, string requirement) => new(
        "poetry", index.IsPublic ? null : new("poetry", ["config", $"http-basic.{index.Name}", index.User]),
        [
            new("poetry", ["source", "add", "--priority", "primary", index.Name, index.Simple]),
            new("poetry", ["add", requirement]),
        ],
        new("pyproject.toml", $"""
            [[tool.poetry.source]]
            name = "{index.Name}"
            url = "{index.Simple}"
            priority = "primary"
            """));

    static InstallTool Pdm(ClientIndex index, string requirement) => new(
        "pdm", null,
        [
            new("pdm", ["config", "--local", "pypi.url", index.Simple]),
            // Without -v, pdm asks for no password.
            new("pdm", index.IsPublic ? ["add", requirement] : ["add", "-v", requirement]),
        ],
        new("pyproject.toml", $"""
            [[tool.pdm.source]]
            name = "pypi"
            url = "{index.Simple}"
            """));
}

/// <summary>Lines of a configuration file.</summary>
/// <param name="Name">The name of the file.</param>
/// <param name="Text">The lines.</param>
sealed record ConfigurationFile(string Name, string Text);
