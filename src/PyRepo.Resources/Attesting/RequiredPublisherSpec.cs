using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Attesting;

/// <summary>A publisher that may have attested a file. What is null may be anything.</summary>
public sealed record RequiredPublisherSpec
{
    public static readonly ObjectType<RequiredPublisherSpec> Type = new(fields => new(fields))
    {
        Rules =
        [
            PublisherRules.PipelineNeedsRepository, PublisherRules.RepositoryIsOfPipeline,
            PublisherRules.GitHubRepository, PublisherRules.WorkflowIsOfPipeline, PublisherRules.GitHubWorkflow,
            PublisherRules.EnvironmentIsOfPipeline, PublisherRules.GoogleNeedsEmail, PublisherRules.EmailIsOfGoogle,
        ],
    };

    static readonly StringType _repositoryType = new(255) { Rules = [PublisherRules.Repository] };
    static readonly StringType _emailType = new(320) { Rules = [PublisherRules.Email] };

    public required AttestedPublisherKind Kind { get; init; }

    /// <summary>Set for GitHub and GitLab, and only for them.</summary>
    public string? Repository { get; init; }

    /// <summary>The name of a file for GitHub, a path for GitLab.</summary>
    public string? Workflow { get; init; }

    public string? Environment { get; init; }

    /// <summary>Set for Google, and only for it.</summary>
    public string? Email { get; init; }

    public RequiredPublisherSpec()
    {
    }

    [SetsRequiredMembers]
    RequiredPublisherSpec(FieldReader fields)
    {
        Kind = fields.Required("kind", new EnumType<AttestedPublisherKind>(),
            "The kind of publisher: a workflow of GitHub Actions (GitHub), a pipeline of GitLab.com (GitLab), or an "
            + "account of Google, such as a service account (Google).");
        Repository = fields.Optional("repository", _repositoryType,
            "The repository as OWNER/NAME, on GitLab also GROUP/SUBGROUP/NAME. Required for GitHub and GitLab.");
        Workflow = fields.Optional("workflow", new StringType(255),
            "The file of the workflow or pipeline: for GitHub its name, such as release.yml; for GitLab its path, such "
            + "as .gitlab-ci.yml. If omitted, any.");
        Environment = fields.Optional("environment", new StringType(255),
            "The deployment environment of the workflow or pipeline. If omitted, any or none.");
        Email = fields.Optional("email", _emailType,
            "The email address of the account. Required for Google.");
    }
}

/// <summary>The kinds of publishers that can be required.</summary>
public enum AttestedPublisherKind
{
    GitHub,
    GitLab,
    Google,
}
