using PyRepo.Resources.Problems;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

/// <summary>On a laptop, an upstream's Secret is checked as a cluster's status shows it.</summary>
public sealed class UpstreamSecretTests : IDisposable
{
    const string Upstream = "url: https://index.example/simple/, credentialsSecretRef: { name: up }";

    const string Complete = "username: alice, password: correct-horse, url: https://index.example";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("username: alice, url: https://index.example", "the Secret \"up\" lacks the key password")]
    [InlineData("password: horse, url: https://index.example", "the Secret \"up\" lacks the key username")]
    [InlineData("username: alice", "the Secret \"up\" lacks the keys password and url (the origin that may see them)")]
    [InlineData("token: x",
        "the Secret \"up\" lacks the keys username, password and url (the origin that may see them)")]
    [InlineData("username: alice, password: horse, url: index.example",
        "the key url of the Secret \"up\" is not an http or https URL")]
    [InlineData("username: \"\", password: \"\", url: https://index.example",
        "the Secret \"up\" has nothing in its keys username and password")]
    public void A_Secret_that_lacks_a_key_is_a_problem(string keys, string message)
    {
        var problem = Assert.Single(Read(Upstream, keys).Problems);
        Assert.Equal(message, problem.Message);
        Assert.Equal("spec.upstream", problem.FieldPath);
        Assert.Equal(ProblemReason.MissingReference, problem.Reason);
        Assert.DoesNotContain("horse", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("username: a-token, password: \"\", url: https://index.example")]
    [InlineData("username: \"\", password: a-token, url: https://index.example")]
    public void A_token_may_stand_in_either_key(string keys) => Assert.Empty(Read(Upstream, keys).Problems);

    [Fact]
    public void A_Secret_that_does_not_name_the_proxy_is_a_problem()
    {
        var proxied = $"{Upstream}, proxyUrl: \"http://proxy.example:3128\"";
        Assert.Equal(
            "the Secret \"up\" is not sent through http://proxy.example:3128, because its key proxyUrl does not name "
            + "this proxy", Assert.Single(Read(proxied, Complete).Problems).Message);
        Assert.Empty(Read(proxied, $"{Complete}, proxyUrl: \"http://proxy.example:3128\"").Problems);
    }

    [Fact]
    public void Check_reports_the_same_as_the_status_in_a_cluster()
    {
        var read = Read(Upstream, "username: alice");
        Assert.Equal(read.BadReferences.AsEnumerable(), read.Problems);
        Assert.Empty(Read(Upstream, Complete).Problems);
    }

    [Fact]
    public void A_Secret_for_another_origin_is_a_warning()
    {
        var read = Read(Upstream, "username: alice, password: horse, url: https://files.example");
        Assert.Empty(read.Problems);
        var warning = Assert.Single(read.Warnings);
        Assert.Equal("the Secret \"up\" is not sent to https://index.example, because its key url names another origin",
            warning.Message);
        Assert.Empty(Read(Upstream, Complete).Warnings);
    }

    ServerConfiguration Read(string upstream, string secret)
    {
        File.WriteAllText(_folder["a.yaml"], Manifests.Repository(
            "public", $"{{ upstream: {{ {upstream} }} }}", kind: "ProxyRepository") + $$"""
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: up }
            stringData: { {{secret}} }

            """);
        return ConfigurationReader.Read([_folder.Path]);
    }
}
