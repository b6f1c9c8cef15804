using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Downloads;

namespace PyRepo.Server.Access;

/// <summary>Says who a caller is in the words of the download log.</summary>
static class DownloadCallers
{
    /// <summary>The claims that name a job: those of GitHub and of GitLab. Tokens of trusted publishing keep them.</summary>
    public static ImmutableArray<string> Claims { get; } =
        ["repository", "workflow_ref", "run_id", "project_path", "ci_config_ref_uri", "pipeline_id"];

    /// <summary>Returns the caller. One whom only a member knows is known to nobody.</summary>
    public static DownloadCaller From(Caller caller) => caller switch
    {
        Caller.User user => new(CallerKind.User) { Name = user.UserName },
        Caller.ServiceAccount account => new(CallerKind.ServiceAccount)
        {
            Name = account.AccountName,
            Namespace = account.Namespace,
            Pod = account.Pod,
            Node = account.Node,
        },
        Caller.Identity identity => From(identity.Name, identity.Claims),
        Caller.Token { Owner: { } owner } token => From(owner) with { Token = token.Grant.Id },
        Caller.Token token => new(CallerKind.Token)
        {
            Name = token.Grant.Name.Length > 0 ? token.Grant.Name : null,
            Token = token.Grant.Id,
        },
        // A group's server of an earlier version says no more.
        Caller.Forwarded { Decision.User: { } name } => new(CallerKind.User) { Name = name },
        _ => DownloadCaller.Anonymous,
    };

    static DownloadCaller From(string name, FrozenDictionary<string, string> claims) => new(CallerKind.Identity)
    {
        Name = name,
        Repository = Find(claims, "repository", "project_path"),
        Workflow = Find(claims, "workflow_ref", "ci_config_ref_uri"),
        Run = Find(claims, "run_id", "pipeline_id"),
    };

    static string? Find(FrozenDictionary<string, string> claims, string ofGitHub, string ofGitLab) =>
        claims.GetValueOrDefault(ofGitHub) ?? claims.GetValueOrDefault(ofGitLab);
}
