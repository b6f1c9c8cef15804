namespace PyRepo.Server.TrustedPublishing;

/// <summary>The meaning of a path at the host's root, which is of no repository.</summary>
abstract record HostRoute
{
    HostRoute()
    {
    }

    /// <summary><c>/_/oidc/audience</c>.</summary>
    public sealed record OidcAudience : HostRoute;

    /// <summary><c>/_/oidc/mint-token</c>, and GitHub's earlier name for it.</summary>
    public sealed record OidcMintToken : HostRoute;

    /// <summary><c>/_/oidc/burn-token</c>.</summary>
    public sealed record OidcBurnToken : HostRoute;

    /// <summary>No resource.</summary>
    public sealed record NotFound : HostRoute;

    /// <summary>Parses a path.</summary>
    public static HostRoute Parse(string path) => path switch
    {
        "/_/oidc/audience" => new OidcAudience(),
        "/_/oidc/mint-token" or "/_/oidc/github/mint-token" => new OidcMintToken(),
        "/_/oidc/burn-token" => new OidcBurnToken(),
        _ => new NotFound(),
    };
}
