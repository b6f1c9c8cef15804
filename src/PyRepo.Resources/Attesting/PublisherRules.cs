using System.Text.RegularExpressions;
using PyRepo.Resources.Rules;

namespace PyRepo.Resources.Attesting;

/// <summary>The rules of required publishers. GitHub and GitLab have pipelines, and Google has accounts.</summary>
public static partial class PublisherRules
{
    const string RepositoryPattern = "[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+";
    const string EmailPattern = "[!-?A-~]+@[!-?A-~]+";

    public static readonly Rule<string> Repository = TextPattern.Rule(RepositoryPattern, RepositoryRegex(),
        "is not a repository: use OWNER/NAME, with letters, digits, '.', '_' and '-'");

    public static readonly Rule<string> Email = TextPattern.Rule(EmailPattern, EmailRegex(),
        "is not an email address: use NAME@DOMAIN, in ASCII and without white space");

    public static readonly Rule<RequiredPublisherSpec> PipelineNeedsRepository = new()
    {
        FieldPath = "repository",
        DependsOn = ["kind"],
        Cel = "self.kind == 'Google' || has(self.repository)",
        Predicate = publisher => publisher.Kind is AttestedPublisherKind.Google || publisher.Repository is not null,
        Message = "is required for GitHub and GitLab: write OWNER/NAME",
    };

    public static readonly Rule<RequiredPublisherSpec> RepositoryIsOfPipeline =
        IsOfPipeline("repository", publisher => publisher.Repository);

    public static readonly Rule<RequiredPublisherSpec> WorkflowIsOfPipeline =
        IsOfPipeline("workflow", publisher => publisher.Workflow);

    public static readonly Rule<RequiredPublisherSpec> EnvironmentIsOfPipeline =
        IsOfPipeline("environment", publisher => publisher.Environment);

    /// <summary>Only GitLab has groups in groups.</summary>
    public static readonly Rule<RequiredPublisherSpec> GitHubRepository = new()
    {
        FieldPath = "repository",
        DependsOn = ["kind"],
        Cel = "self.kind != 'GitHub' || !has(self.repository) || !self.repository.matches('/.*/')",
        Predicate = publisher => publisher is not { Kind: AttestedPublisherKind.GitHub, Repository: { } repository }
            || repository.Count(character => character == '/') < 2,
        Value = publisher => publisher.Repository ?? "",
        CelValue = "self.repository",
        Message = "is not a repository of GitHub: use OWNER/NAME",
    };

    /// <summary>GitHub has workflows in one folder alone.</summary>
    public static readonly Rule<RequiredPublisherSpec> GitHubWorkflow = new()
    {
        FieldPath = "workflow",
        DependsOn = ["kind"],
        Cel = "self.kind != 'GitHub' || !has(self.workflow) || !self.workflow.contains('/')",
        Predicate = publisher => publisher is not { Kind: AttestedPublisherKind.GitHub, Workflow: { } workflow }
            || !workflow.Contains('/', StringComparison.Ordinal),
        Value = publisher => publisher.Workflow ?? "",
        CelValue = "self.workflow",
        Message = "is not the name of a file: use that of the workflow without its folder, such as release.yml",
    };

    public static readonly Rule<RequiredPublisherSpec> GoogleNeedsEmail = new()
    {
        FieldPath = "email",
        DependsOn = ["kind"],
        Cel = "self.kind != 'Google' || has(self.email)",
        Predicate = publisher => publisher.Kind is not AttestedPublisherKind.Google || publisher.Email is not null,
        Message = "is required for Google: write the email address of the account",
    };

    public static readonly Rule<RequiredPublisherSpec> EmailIsOfGoogle = new()
    {
        FieldPath = "email",
        DependsOn = ["kind"],
        Cel = "self.kind == 'Google' || !has(self.email)",
        Predicate = publisher => publisher.Kind is AttestedPublisherKind.Google || publisher.Email is null,
        Message = "is only for Google: leave it out",
    };

    static Rule<RequiredPublisherSpec> IsOfPipeline(string field, Func<RequiredPublisherSpec, string?> read) => new()
    {
        FieldPath = field,
        DependsOn = ["kind"],
        Cel = $"self.kind != 'Google' || !has(self.{field})",
        Predicate = publisher => publisher.Kind is not AttestedPublisherKind.Google || read(publisher) is null,
        Message = "is only for GitHub and GitLab: leave it out",
    };

    [GeneratedRegex($@"^(?:{RepositoryPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryRegex();

    [GeneratedRegex($@"^(?:{EmailPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex EmailRegex();
}
