using System.Text.RegularExpressions;
using PyRepo.Resources;
using PyRepo.Resources.Tests;
using PyRepo.Resources.Tests.Rules;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>The API server, which judges by CEL, and the predicates agree on every rule.</summary>
[Trait("Kubernetes", "oldest")]
public sealed partial class RuleAgreementTests(ApiServer server) : IAsyncLifetime
{
    public static TheoryData<int> Rules => [.. Enumerable.Range(0, RuleCases.All.Count)];

    public static TheoryData<int> Transitions => [.. Enumerable.Range(0, TransitionCases.All.Count)];

    public async ValueTask InitializeAsync() => await InstalledDefinitions.InstallAsync(server);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
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

    [Theory]
    [MemberData(nameof(Transitions))]
    public async Task A_change_is_rejected_by_the_API_server_in_the_same_words(int number)
    {
        var change = TransitionCases.All[number];
        var ns = await server.NewNamespaceAsync();
        Assert.Empty(await ApplyAsync(ns, change.Kind, change.Before));
        Assert.Equal(change.Rejected, await ApplyAsync(ns, change.Kind, change.After));
    }

    [Theory]
    [InlineData("1team", "is not a DNS label that starts with a letter: use lowercase letters, digits and '-'")]
    [InlineData("team.a", "is not a DNS label that starts with a letter: use lowercase letters, digits and '-'")]
    [InlineData("a23456789-123456789-123456789-123456789-123456789-123", "Too long: may not be ")]
    public async Task A_resource_has_the_name_of_a_Service(string name, string message)
    {
        var rejected = await ResourceRequests.TryAsync(
            server, "PythonRepository", ResourceRequests.Document("PythonRepository", name, "{}"));
        var cause = Assert.Single(rejected, text => text.StartsWith("metadata.name: ", StringComparison.Ordinal));
        Assert.Contains(message, cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uploads: { maxFileSize: 2GB }", "\"2GB\" is not a quantity such as 10Gi, 500M or 1.5Gi")]
    [InlineData("uploads: { maxFileSize: -1 }", "\"-1\" is not a quantity such as 10Gi, 500M or 1.5Gi")]
    [InlineData("retention: { keepDevReleasesFor: '30' }", "\"30\" is not a duration such as 30s, 1h30m or 7d")]
    [InlineData("retention: { keepDevReleasesFor: a month }", "\"a month\" is not a duration such as 30s, 1h30m")]
    [InlineData("uploads: { overwrite: never }", "supported values: \"Never\", \"Always\"")]
    [InlineData("ingress: { host: a, annotations: { '': b } }", "has a key that is empty or too long")]
    public async Task A_wrong_value_is_reported_with_the_expected_form(string spec, string words) =>
        Assert.Contains(
            await TryAsync("PythonRepository", spec), text => text.Contains(words, StringComparison.Ordinal));

    /// <summary>An emoji is one character, two UTF-16 code units and four bytes.</summary>
    [Theory]
    [InlineData("access: {{ grants: [ {{ to: [ {{ group: {0} }} ], role: Reader }} ] }}", 256)]
    [InlineData("ingress: {{ host: a, annotations: {{ a: {0} }} }}", 4096)]
    [InlineData(
        "access: {{ identityProviders: [ {{ name: a, issuer: 'https://a', audience: a }} ], grants: [ {{ to: [ {{ "
            + "identity: {{ provider: a, claims: {{ {0}: a }} }} }} ], role: Reader }} ] }}", 128)]
    public async Task The_operator_and_the_API_server_count_characters_alike(string format, int longest)
    {
        foreach (var length in (int[])[longest, longest + 1])
        {
            var spec = string.Format(format, string.Concat(Enumerable.Repeat("🐍", length)));
            Assert.Equal(length > longest, Sample.GetProblems(PythonRepository.KindName, spec).Length > 0);
            Assert.Equal(length > longest, (await TryAsync(PythonRepository.KindName, spec)).Length > 0);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("'0'")]
    [InlineData("-1")]
    [InlineData("'-1'")]
    [InlineData("'-0'")]
    [InlineData("'+1.5Gi'")]
    [InlineData("'5.'")]
    [InlineData("'.5'")]
    [InlineData("'+.5k'")]
    [InlineData("'1e3'")]
    [InlineData("'1E-3'")]
    [InlineData("'1e+3'")]
    [InlineData("'1e999999999'")]
    [InlineData("'0007Ki'")]
    [InlineData("'1n'")]
    [InlineData("'9223372036854775808'")]
    [InlineData("'M'")]
    [InlineData("'+'")]
    [InlineData("'.'")]
    [InlineData("'+.'")]
    [InlineData("'.Gi'")]
    [InlineData("'+k'")]
    [InlineData("'e5'")]
    [InlineData("'1e'")]
    [InlineData("'1e3Ki'")]
    [InlineData("'1.2.3'")]
    [InlineData("'10 Gi'")]
    [InlineData("' 1'")]
    [InlineData("'1K'")]
    [InlineData("'١Gi'")]
    [InlineData("'1+1'")]
    [InlineData("''")]
    public async Task The_operator_and_the_API_server_accept_the_same_quantities(string quantity)
    {
        var spec = $"server: {{ resources: {{ limits: {{ memory: {quantity} }} }} }}";
        var there = await TryAsync(PythonRepository.KindName, spec);
        if (Sample.GetProblems(PythonRepository.KindName, spec) is [var problem])
            Assert.EndsWith(Split(problem).Message, Assert.Single(there), StringComparison.Ordinal);
        else
            Assert.Empty(there);
    }

    [Fact]
    public async Task A_list_of_resources_is_bounded()
    {
        string GetSpec(int count) => "server: { resources: { limits: { "
            + string.Join(", ", Enumerable.Range(0, count).Select(number => $"example.com/r{number}: 1")) + " } } }";
        Assert.Empty(await TryAsync(PythonRepository.KindName, GetSpec(8)));
        Assert.Contains(await TryAsync(PythonRepository.KindName, GetSpec(9)),
            text => text.Contains("limits: Too many: 9: must have at most 8 ", StringComparison.Ordinal));
        Assert.Equal(
            ["spec.server.resources.limits: has 9 entries; 0 to 8 are allowed"],
            Sample.GetProblems(PythonRepository.KindName, GetSpec(9)));
    }

    [Fact]
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
