using PyRepo.Sigstore.Certificates;

namespace PyRepo.Sigstore.Publishers;

/// <summary>
/// The publisher, as a certificate proves it: PyPI's kinds of trusted publishers (
/// <see href="https://docs.pypi.org/trusted-publishers/">Trusted Publishers</see>), or somebody else.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The repository as <c>OWNER/NAME</c>, the email address, or the certificate's subject.</param>
public sealed record AttestedPublisher(PublisherKind Kind, string Name)
{
    /// <summary>The workflow: its file name at GitHub, its path at GitLab, else null.</summary>
    public string? Workflow { get; init; }

    /// <summary>The deployment environment; null if there is none, or the certificate does not say.</summary>
    public string? Environment { get; init; }

    /// <summary>The issuer of the publisher's token.</summary>
    public required string Issuer { get; init; }

    /// <summary>Returns the publisher that a certificate proves.</summary>
    public static AttestedPublisher From(SigningIdentity identity) => identity.Issuer switch
    {
        "https://token.actions.githubusercontent.com"
            when Split(identity, "https://github.com/", "/.github/workflows/") is var (repository, workflow) =>
            new AttestedPublisher(PublisherKind.GitHub, repository)
            {
                Workflow = workflow,
                Environment = identity.Environment,
                Issuer = identity.Issuer,
            },
        "https://gitlab.com" when Split(identity, "https://gitlab.com/", "//") is var (repository, workflow) =>
            new AttestedPublisher(PublisherKind.GitLab, repository)
            {
                Workflow = workflow,
                Environment = identity.Environment,
                Issuer = identity.Issuer,
            },
        "https://accounts.google.com" when identity.IsEmail =>
            new AttestedPublisher(PublisherKind.Google, identity.Subject) { Issuer = identity.Issuer },
        _ => new AttestedPublisher(PublisherKind.Other, identity.Subject) { Issuer = identity.Issuer },
    };

    /// <summary>As people read it, in one line of letters that everybody sees.</summary>
    public override string ToString()
    {
        var name = Quoted.Printable(Name);
        if (Kind is PublisherKind.Other)
            return $"{name} of {Quoted.Printable(Issuer)}";
        var workflow = Workflow is null ? "" : $" {Quoted.Printable(Workflow)}";
        var environment = Environment is null ? "" : $" in {Quoted.Printable(Environment)}";
        return $"{Kind} {name}{workflow}{environment}";
    }

    /// <summary>Splits the URL of what was run, which ends in the commit or the ref that the certificate names.</summary>
    static (string Repository, string Workflow)? Split(SigningIdentity identity, string host, string separator)
    {
        if (identity is not { SourceRepository: { } source, BuildConfig: { } config }
            || !source.StartsWith(host, StringComparison.Ordinal)
            || !config.StartsWith(source + separator, StringComparison.Ordinal))
        {
            return null;
        }
        var workflow = config[(source.Length + separator.Length)..];
        foreach (var revision in (string?[])[identity.SourceDigest, identity.SourceRef])
        {
            if (revision is { Length: > 0 } && workflow.EndsWith($"@{revision}", StringComparison.Ordinal))
                return (source[host.Length..], workflow[..^(revision.Length + 1)]);
        }
        return null;
    }
}

/// <summary>The kinds of publishers.</summary>
public enum PublisherKind
{
    /// <summary>A workflow of GitHub Actions.</summary>
    GitHub,

    /// <summary>A pipeline of GitLab.com.</summary>
    GitLab,

    /// <summary>An account of Google, such as a service account.</summary>
    Google,

    /// <summary>Anybody else for whom an issuer vouches.</summary>
    Other,
}
