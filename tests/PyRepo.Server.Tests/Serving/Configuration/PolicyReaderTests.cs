using PyRepo.Resources;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed class PolicyReaderTests : IDisposable
{
    /// <summary>A value for each field of a policy. Advisories have a version of their own.</summary>
    static readonly Dictionary<string, string> _fields = new()
    {
        [nameof(PolicySpec.Allow)] = "allow: [ requests ]",
        [nameof(PolicySpec.Block)] = "block: [ evil ]",
        [nameof(PolicySpec.ConstraintsRef)] = "constraintsRef: { name: set, key: constraints.txt }",
        [nameof(PolicySpec.MinimumAge)] = "minimumAge: 7d",
        [nameof(PolicySpec.Exempt)] = "exempt: [ acme-lib ]",
        [nameof(PolicySpec.Waivers)] =
            "waivers: [ { match: evil, rules: [ Block ], reason: a, by: alice, until: \"2027-01-01T00:00:00Z\" } ]",
        [nameof(PolicySpec.AsOf)] = "asOf: \"2026-01-01T00:00:00Z\"",
        [nameof(PolicySpec.PackageTypes)] = "packageTypes: [ sdist ]",
        [nameof(PolicySpec.Provenance)] = "provenance: { action: Hold }",
        [nameof(PolicySpec.Guard)] = "guard: { action: Hold }",
        [nameof(PolicySpec.OnUpstreamRemoval)] = "onUpstreamRemoval: Keep",
    };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_field_is_a_part_of_the_version_because_pages_are_kept_by_it()
    {
        var declared = typeof(PolicySpec).GetProperties().Select(p => p.Name)
            .Except([nameof(PolicySpec.Advisories), "EqualityContract"]);
        Assert.Equal(declared.Order(StringComparer.Ordinal), _fields.Keys.Order(StringComparer.Ordinal));
        var versions = _fields.Values.Append("").Select(field => Read(field).Version).ToList();
        Assert.Equal(versions.Count, versions.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("action: Hide")]
    [InlineData("action: Hold, ratchet: false")]
    [InlineData("action: Hold, holdFor: 6d")]
    [InlineData("action: Hold, require: [ { projects: [ a ], publishers: [ { kind: Google, email: a@b } ] } ]")]
    public void So_is_each_field_about_provenance(string fields) => Assert.NotEqual(
        Read(_fields[nameof(PolicySpec.Provenance)]).Version, Read($"provenance: {{ {fields} }}").Version);

    [Theory]
    [InlineData("")]
    [InlineData("action: Hide")]
    [InlineData("action: Hold, holdFor: 6d")]
    [InlineData("action: Hold, rules: [ StartupFile ]")]
    public void So_is_each_field_about_the_guard(string fields) => Assert.NotEqual(
        Read(_fields[nameof(PolicySpec.Guard)]).Version, Read($"guard: {{ {fields} }}").Version);

    [Fact]
    public void The_content_of_the_constraints_file_is_a_part_of_the_version() => Assert.NotEqual(
        Read(_fields[nameof(PolicySpec.ConstraintsRef)]).Version,
        Read(_fields[nameof(PolicySpec.ConstraintsRef)], "requests==2.0").Version);

    [Fact]
    public void A_policy_without_its_constraints_file_hides_everything_but_is_otherwise_unchanged()
    {
        var policy = Read(
            "constraintsRef: { name: other, key: constraints.txt }, minimumAge: 7d, onUpstreamRemoval: Keep");
        Assert.Equal("The constraints file is missing: ConfigMap 'other', key 'constraints.txt'.", policy.Unavailable);
        Assert.True(policy.AsksAges);
        Assert.True(policy.KeepsRemoved);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("# to be filled")]
    public void A_constraints_file_that_constrains_nothing_hides_everything(string text) => Assert.NotNull(
        Read(_fields[nameof(PolicySpec.ConstraintsRef)], text).Unavailable);

    [Fact]
    public void On_a_laptop_a_line_that_cannot_be_read_keeps_the_file_from_being_used()
    {
        var read = ReadAll(_fields[nameof(PolicySpec.ConstraintsRef)], "requests~=2");
        var problem = Assert.Single(read.Problems).Message;
        Assert.Contains("so all of 'requests' is hidden", problem, StringComparison.Ordinal);
    }

    Policy Read(string policy, string constraints = "requests==1.0")
    {
        var configuration = ReadAll(policy, constraints);
        return PolicyReader.Read(
            Assert.IsType<ProxyRepository>(Assert.Single(configuration.Manifests.Resources)), configuration);
    }

    ServerConfiguration ReadAll(string policy, string constraints)
    {
        var file = Path.Combine(_folder.Path, "a.yaml");
        File.WriteAllText(file, Manifests.Repository("pypi", $"{{ policy: {{ {policy} }} }}", "ProxyRepository") + $$"""
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: set }
            data: { constraints.txt: "{{constraints}}" }

            """);
        return ConfigurationReader.Read([file]);
    }
}
