using System.Collections.Immutable;

namespace PyRepo.Server.Endpoints.Web.Clients;

/// <summary>How a tool uploads to a repository. Each asks for the password.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Commands">The commands, in order.</param>
sealed record UploadTool(string Name, ImmutableArray<ShellCommand> Commands)
{
    const string Distributions = "dist/*";

    /// <summary>Returns the tools.</summary>
    public static ImmutableArray<UploadTool> All(ClientIndex index) =>
    [
        new("twine",
        [
            new("twine", ["upload", "--repository-url", index.Url, "--username", index.User])
            {
                Pattern = Distributions,
            },
        ]),
        // With a user, uv does not ask for the password.
        new("uv", [new("uv", ["publish", "--publish-url", index.Url]) { Pattern = Distributions }]),
        new("poetry",
        [
            new("poetry", ["config", $"repositories.{index.Name}", index.Url]),
            new("poetry", ["config", $"http-basic.{index.Name}", index.User]),
            new("poetry", ["publish", "--repository", index.Name]),
        ]),
        new("pdm", [new("pdm", ["publish", "--no-build", "--repository", index.Url, "--username", index.User])]),
        new("hatch", [new("hatch", ["publish", "--repo", index.Url, "--user", index.User])]),
    ];
}
