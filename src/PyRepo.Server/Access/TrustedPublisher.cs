using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Packaging.Attestations;

namespace PyRepo.Server.Access;

/// <summary>Says who uploads attestations, in the words of PyPI's publishers where the caller is one.</summary>
static class TrustedPublisher
{
    const string GitHub = "https://token.actions.githubusercontent.com";

    /// <summary>The claims that identify a publisher. Tokens of trusted publishing keep them.</summary>
    public static ImmutableArray<string> Claims { get; } =
        ["iss", "repository", "workflow_ref", "environment", "project_path", "ci_config_ref_uri"];

    /// <summary>Returns the publisher that a caller is.</summary>
    public static Publisher From(Caller caller, string user) => caller is Caller.Identity { Claims: var claims }
        ? OfGitHub(claims) ?? OfGitLab(claims) ?? OfUser(user)
        : OfUser(user);

    static Publisher? OfGitHub(FrozenDictionary<string, string> claims) =>
        claims.GetValueOrDefault("iss") == GitHub
        && claims.TryGetValue("repository", out var repository)
        && claims.TryGetValue("workflow_ref", out var workflow)
            ? Publisher.GitHub(
                repository, Path.GetFileName(BeforeRef(workflow)), claims.GetValueOrDefault("environment"))
            : null;

    /// <summary>GitLab is known by its claims: anybody may run one of their own.</summary>
    static Publisher? OfGitLab(FrozenDictionary<string, string> claims) =>
        claims.TryGetValue("project_path", out var project)
        && claims.TryGetValue("ci_config_ref_uri", out var configuration)
        && BeforeRef(configuration).Split("//", 2) is [_, var file]
            ? Publisher.GitLab(project, file, claims.GetValueOrDefault("environment"))
            : null;

    /// <summary>No tool knows this kind: PyPI takes attestations from trusted publishers only.</summary>
    static Publisher OfUser(string user) => new("PyRepo", [new("user", user)]);

    /// <summary>Both name a file and then, after an @, the branch or tag.</summary>
    static string BeforeRef(string file) => file.Split('@')[0];
}
