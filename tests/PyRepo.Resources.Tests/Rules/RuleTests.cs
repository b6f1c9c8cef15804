using System.Collections.Immutable;
using PyRepo.Resources.Tests.Fields;

namespace PyRepo.Resources.Tests.Rules;

public sealed class RuleTests
{
    public static TheoryData<string, string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string, string>();
            foreach (var (kind, rejected, message, accepted) in RuleCases.All)
                cases.Add(kind, rejected, message, accepted);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_rejects_with_its_message_and_accepts_what_the_message_asks_for(
        string kind, string rejected, string message, string accepted)
    {
        Assert.Equal([message], Sample.GetProblems(kind, rejected));
        Assert.Empty(Sample.GetProblems(kind, accepted));
    }

    [Fact]
    public void Every_rule_of_the_three_kinds_has_a_case()
    {
        var messages = RuleCases.All.Select(rule => rule.Message).Append(NameOfTheResource).ToImmutableArray();
        var rules = Described.Kinds.Keys.SelectMany(Described.Schemas).SelectMany(schema => schema.Rules);
        Assert.All(rules.Select(rule => rule.Message).Distinct(), message =>
            Assert.Contains(messages, text => text.EndsWith(message, StringComparison.Ordinal)));
    }

    const string NameOfTheResource =
        "is not a DNS label that starts with a letter: use lowercase letters, digits and '-'";

    [Theory]
    [InlineData("team-a", null)]
    [InlineData("a", null)]
    [InlineData("1team", $"\"1team\" {NameOfTheResource}")]
    [InlineData("Team", $"\"Team\" {NameOfTheResource}")]
    [InlineData("team-", $"\"team-\" {NameOfTheResource}")]
    [InlineData("team.a", $"\"team.a\" {NameOfTheResource}")]
    [InlineData("a23456789-123456789-123456789-123456789-123456789-12", null)]
    [InlineData("a23456789-123456789-123456789-123456789-123456789-123",
        "is 53 characters long; at most 52 are allowed")]
    public void A_resource_has_the_name_of_a_Service(string name, string? message)
    {
        var set = Sample.Read($$"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: {{name}} }
            """);
        Assert.Equal(message, set.Problems.SingleOrDefault()?.Message);
    }

    [Fact]
    public void A_rule_is_skipped_while_a_field_that_it_reads_is_invalid() =>
        Assert.Equal(
            ["spec.members: is text, not a list"],
            Sample.GetProblems("RepositoryGroup", "members: team-a\nuploadTo: team-a"));

    [Fact]
    public void Rules_are_checked_when_other_fields_are_invalid() =>
        Assert.Equal(
            [
                "spec.upstream.url: \"ftp://x\" is not an http or https URL",
                "spec.mode: \"Stream\" is not one of OnDemand, Streamed, Mirror; did you mean Streamed?",
                "spec.server.replicas: is more than 1, which requires storage.bucket: only one pod can write to a "
                    + "volume",
            ],
            Sample.GetProblems("ProxyRepository", "upstream: { url: ftp://x }\nmode: Stream\nserver: { replicas: 2 }"));

    [Fact]
    public void The_position_of_a_rejected_field_is_that_of_its_value()
    {
        var set = Sample.Read(Sample.Document("ProxyRepository", "upstream:\n  url: ftp://x"));
        Assert.Equal("a.yaml:6:10: spec.upstream.url: \"ftp://x\" is not an http or https URL",
            Assert.Single(set.Problems).ToString());
    }

    [Fact]
    public void A_password_in_a_URL_is_hidden() =>
        Assert.DoesNotContain("secret", string.Concat(
            Sample.GetProblems("ProxyRepository", "upstream: { url: 'ftp://me:secret@example.com' }")
                .Concat(Sample.GetProblems("ProxyRepository", "upstream: { url: 'http://me:secret@example.com/' }"))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("{ limits: { cpu: 1 }, requests: { cpu: 1000m } }")]
    [InlineData("{ requests: { cpu: 100m } }")]
    [InlineData("{ limits: { memory: 1Gi }, requests: { cpu: 8 } }")]
    public void Requests_within_limits_are_accepted(string resources) =>
        Assert.Empty(Sample.GetProblems("PythonRepository", $"server: {{ resources: {resources} }}"));

    [Theory]
    [InlineData("requests")]
    [InlineData("requests>=2.31")]
    [InlineData("requests >= 2.31, < 3")]
    [InlineData("requests[socks,security]==2.*")]
    [InlineData("urllib3===1.0+local.1")]
    [InlineData("acme-*")]
    [InlineData("*")]
    [InlineData("a~=1.0")]
    [InlineData("a!=1.0rc1")]
    [InlineData("a==1!2.0-Alpha_1.post2.dev3+Local.1")]
    [InlineData("a>=v1-1, <= 2.REV")]
    [InlineData("a===2004d")]
    public void A_requirement_is_a_name_and_versions(string requirement) =>
        Assert.Empty(Sample.GetProblems("ProxyRepository", $"policy: {{ block: [ '{requirement}' ] }}"));

    [Theory]
    [InlineData("requests 2")]
    [InlineData("requests>=")]
    [InlineData(">=2")]
    [InlineData("requests=2")]
    [InlineData("idna~=3")]
    [InlineData("attrs==26*")]
    [InlineData("click>1*")]
    [InlineData("certifi==banana")]
    [InlineData("a>=1.*")]
    [InlineData("a~=1.*")]
    [InlineData("a>1.0+local")]
    [InlineData("a==1.0rc1.*")]
    [InlineData("requests>=2;python_version<\"3\"")]
    [InlineData("requests @ https://example.com/")]
    [InlineData("-requests")]
    [InlineData("größe")]
    public void Other_texts_are_not_requirements(string requirement) =>
        Assert.Contains("is not a requirement",
            Assert.Single(Sample.GetProblems("ProxyRepository", $"policy: {{ block: [ '{requirement}' ] }}")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("https://pypi.example.com")]
    [InlineData("http://pypi.example.com:8080/a/b/simple/")]
    [InlineData("http://[::1]:8080/simple")]
    [InlineData("http://127.0.0.1/")]
    public void Http_URLs_are_accepted(string url) =>
        Assert.Empty(Sample.GetProblems("ProxyRepository", $"upstream: {{ url: '{url}' }}"));

    [Theory]
    [InlineData("pypi.example.com")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://")]
    [InlineData("https:///simple")]
    [InlineData("https://a b/")]
    [InlineData("https://example.com/?q")]
    [InlineData("https://example.com/#a")]
    [InlineData("HTTPS://example.com/")]
    [InlineData("https://example.com:port/")]
    public void Other_addresses_are_not_http_URLs(string url) =>
        Assert.EndsWith("is not an http or https URL",
            Assert.Single(Sample.GetProblems("ProxyRepository", $"upstream: {{ url: '{url}' }}")),
            StringComparison.Ordinal);
}
