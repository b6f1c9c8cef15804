using System.Collections.Frozen;
using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class TrustedPublisherTests
{
    [Fact]
    public void A_workflow_of_GitHub_is_named_as_PyPI_names_it()
    {
        var publisher = GetPublisher(
            ("iss", "https://token.actions.githubusercontent.com"), ("repository", "acme/demo"),
            ("workflow_ref", "acme/demo/.github/workflows/release.yml@refs/tags/v1"));
        Assert.Equal("GitHub", publisher.Kind);
        Assert.Equal(
            [new("repository", "acme/demo"), new("workflow", "release.yml"), new("environment", null)],
            publisher.Identity);
    }

    [Fact]
    public void A_pipeline_of_any_GitLab_is_named_as_PyPI_names_it()
    {
        var publisher = GetPublisher(
            ("iss", "https://gitlab.example"), ("project_path", "acme/demo"), ("environment", "pypi"),
            ("ci_config_ref_uri", "gitlab.example/acme/demo//ci/release.yml@refs/heads/main"));
        Assert.Equal("GitLab", publisher.Kind);
        Assert.Equal(
            [new("repository", "acme/demo"), new("workflow_filepath", "ci/release.yml"), new("environment", "pypi")],
            publisher.Identity);
    }

    [Theory]
    [InlineData("https://forgejo.example")]
    [InlineData("https://token.actions.githubusercontent.com.evil.example")]
    public void An_issuer_that_imitates_the_claims_of_GitHub_is_not_GitHub(string issuer)
    {
        var publisher = GetPublisher(
            ("iss", issuer), ("repository", "acme/demo"), ("workflow_ref", "acme/demo/release.yml@refs/tags/v1"));
        Assert.Equal(("PyRepo", "the user"), (publisher.Kind, publisher.Identity[0].Value));
    }

    [Fact]
    public void Anyone_else_is_a_user_of_the_repository()
    {
        var publisher = TrustedPublisher.From(new Caller.User("alice", FrozenSet<string>.Empty), "alice");
        Assert.Equal("PyRepo", publisher.Kind);
        Assert.Equal([new("user", "alice")], publisher.Identity);
    }

    static PyRepo.Packaging.Attestations.Publisher GetPublisher(params (string Name, string Value)[] claims) =>
        TrustedPublisher.From(
            new Caller.Identity(
                "a job", ((string[])["provider"]).ToFrozenSet(),
                claims.ToFrozenDictionary(claim => claim.Name, claim => claim.Value)),
            "the user");
}
