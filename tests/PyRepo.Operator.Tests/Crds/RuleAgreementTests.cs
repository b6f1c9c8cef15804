using System.Text.RegularExpressions;
using PyRepo.Resources.Tests.Rules;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>The API server, which judges by CEL, and the predicates agree on every rule.</summary>
[Collection(ApiServer.Collection)]
public sealed partial class RuleAgreementTests(ApiServer server) : IAsyncLifetime
{
    public static TheoryData<int> Rules => [.. Enumerable.Range(0, RuleCases.All.Count)];

    public static TheoryData<int> Transitions => [.. Enumerable.Range(0, TransitionCases.All.Count)];

    public Task InitializeAsync() => InstalledDefinitions.InstallAsync(server);

    public Task DisposeAsync() => Task.CompletedTask;

    [ClusterTheory]
    [MemberData(nameof(Rules))]
    public async Task A_rule_is_kept_by_the_API_server_in_the_same_words(int number)
    {
        var rule = RuleCases.All[number];
        Assert.Empty(await TryAsync(rule.Kind, rule.Accepted));
        var rejected = KeyOfMap().Replace(Assert.Single(await TryAsync(rule.Kind, rule.Rejected)), ".$1");
        var (path, message) = Split(rule.Message);
        Assert.StartsWith($"{path}: ", rejected, StringComparison.Ordinal);
        if (IsPlainSchema(path, message))
            Assert.Contains(" in body should ", rejected, StringComparison.Ordinal);
        else
            Assert.EndsWith(ShownValue().Replace(message, ""), rejected, StringComparison.Ordinal);
    }

    [ClusterTheory]
    [MemberData(nameof(Transitions))]
    public async Task A_change_is_rejected_by_the_API_server_in_the_same_words(int number)
    {
        var change = TransitionCases.All[number];
        var ns = await server.NewNamespaceAsync();
        Assert.Empty(await ApplyAsync(ns, change.Kind, change.Before));
        Assert.Equal(change.Rejected, await ApplyAsync(ns, change.Kind, change.After));
    }

    [ClusterTheory]
    [InlineData("1team", "is not a DNS label that starts with a letter: use lowercase letters, digits and '-'")]
    [InlineData("team.a", "is not a DNS label that starts with a letter: use lowercase letters, digits and '-'")]
    [InlineData("a23456789-123456789-123456789-123456789-123456789-123", "may not be more than 52 bytes")]
    public async Task A_resource_has_the_name_of_a_Service(string name, string message)
    {
        var rejected = await ResourceRequests.TryAsync(
            server, "PythonRepository", ResourceRequests.Document("PythonRepository", name, "{}"));
        var cause = Assert.Single(rejected, text => text.StartsWith("metadata.name: ", StringComparison.Ordinal));
        Assert.Contains(message, cause, StringComparison.Ordinal);
    }

    [ClusterTheory]
    [InlineData("uploads: { maxFileSize: 2GB }", "\"2GB\" is not a quantity such as 10Gi, 500M or 1.5Gi")]
    [InlineData("uploads: { maxFileSize: -1 }", "\"-1\" is not a quantity such as 10Gi, 500M or 1.5Gi")]
    [InlineData("retention: { keepDevReleasesFor: '30' }", "\"30\" is not a duration such as 30s, 1h30m or 7d")]
    [InlineData("retention: { keepDevReleasesFor: a month }", "\"a month\" is not a duration such as 30s, 1h30m")]
    [InlineData("uploads: { overwrite: never }", "supported values: \"Never\", \"Always\"")]
    [InlineData("ingress: { host: a, annotations: { '': b } }", "has a key that is empty or too long")]
    public async Task What_a_wrong_value_should_be_is_said(string spec, string words) =>
        Assert.Contains(
            await TryAsync("PythonRepository", spec), text => text.Contains(words, StringComparison.Ordinal));

    [ClusterFact]
    public async Task A_field_that_is_not_known_is_rejected() =>
        Assert.Contains("unknown field \\\"spec.storge\\\"",
            Assert.Single(await TryAsync("PythonRepository", "storge: {}")), StringComparison.Ordinal);

    Task<string[]> TryAsync(string kind, string spec) =>
        ResourceRequests.TryAsync(server, kind, ResourceRequests.Document(kind, "sample", spec));

    Task<string[]> ApplyAsync(string ns, string kind, string spec) =>
        ResourceRequests.ApplyAsync(server, ns, kind, "sample", ResourceRequests.Document(kind, "sample", spec));

    static (string Path, string Message) Split(string problem)
    {
        var colon = problem.IndexOf(": ", StringComparison.Ordinal);
        return (problem[..colon], problem[(colon + 2)..]);
    }

    /// <summary>Forms in very long lists are patterns, because of the cost of CEL; bounds are bounds.</summary>
    static bool IsPlainSchema(string path, string message) =>
        message.Contains(" is not between ", StringComparison.Ordinal)
        || path.Contains("].projects[", StringComparison.Ordinal)
        || path.StartsWith("spec.policy.allow[", StringComparison.Ordinal);

    /// <summary>The API server writes <c>limits[memory]</c>.</summary>
    [GeneratedRegex(@"\[([a-z][^\]]*)\](?=[^""]*: )")]
    private static partial Regex KeyOfMap();

    /// <summary>Where CEL can't show the value, or shows it as it was written, the rest is still the same.</summary>
    [GeneratedRegex("^\"[^\"]*\" ")]
    private static partial Regex ShownValue();
}
