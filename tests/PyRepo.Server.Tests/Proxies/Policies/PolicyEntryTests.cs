using System.Text.Json;
using System.Text.RegularExpressions;
using PyRepo.Packaging.FileNames;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed partial class PolicyEntryTests
{
    /// <summary>Versions that people write after a name. Python's <c>packaging</c> refuses them.</summary>
    static readonly string[] _mistakes =
    [
        "~=3", "==26*", ">1*", "==banana", "~=1.*", ">=1.*", "<2.*", "==1.0rc1.*", "==1.0+local.*", ">1.0+local",
        "=1.0", "=>1.0", "==", ">=1.0 <2.0", ">=1.0,,<", "==1.0;python_version<'3'", "1.0", ">=1.0 # old", "[",
        "[socks", "==1.0]", "==v", "!=*", "==*", "~=1", "<<1", "==1..0", "==1.0-", "== 1.0 .*",
        "@ https://example.com/idna.zip",
    ];

    static readonly IReadOnlyList<(string Versions, bool IsValid)> _ofPackaging =
    [
        .. JsonDocument.Parse(SourceTree.Read("tests/PyRepo.Packaging.Tests/vectors/specifier-strings.json"))
            .RootElement.EnumerateArray().Select(vector => (
                vector.GetProperty("specifier").GetString()!, vector.GetProperty("valid").GetBoolean())),
    ];

    public static TheoryData<string> Refused =>
        [.. _mistakes, .. _ofPackaging.Where(vector => !vector.IsValid).Select(vector => vector.Versions)];

    [Theory, MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void An_entry_that_cannot_be_read_is_as_strict_as_it_may_mean(string versions)
    {
        var text = $"idna {versions}";
        Assert.NotNull(NameRules.Requirement.Reject(text));
        foreach (var file in (Distribution[])
            [PolicyFiles.Wheel("idna", "3.10", days: 1), PolicyFiles.File("idna-2004d.tar.gz", "idna", days: 1)])
        {
            Assert.Contains(
                "is not valid", new BlockRule(new([text])).Judge(file, PolicyFiles.Now)?.Reason ?? "it is served",
                StringComparison.Ordinal);
            Assert.NotNull(new AllowRule(new([text])).Judge(file, PolicyFiles.Now));
            Assert.NotNull(new MinimumAgeRule(Duration.FromDays(7), new([text])).Judge(file, PolicyFiles.Now));
            var waivers = new Waivers([WaiverTests.Waive(text, PolicyFiles.Now.AddDays(1))]);
            Assert.Null(waivers.Find("minimumAge", file.Name, PolicyFiles.Now));
        }
        var scope = new MirrorScope([text]);
        Assert.Equal([text], scope.Invalid);
        Assert.False(scope.Contains(PolicyFiles.Wheel("idna", "3.10").Name));
    }

    [Fact]
    public void An_entry_that_cannot_be_read_concerns_no_other_name()
    {
        var other = PolicyFiles.Wheel("other", "1.0");
        Assert.Null(new BlockRule(new(["idna~=3"])).Judge(other, PolicyFiles.Now));
        Assert.Null(new AllowRule(new(["idna~=3", "other"])).Judge(other, PolicyFiles.Now));
    }

    [Fact]
    public void An_entry_without_a_name_blocks_every_name_and_allows_none()
    {
        var file = PolicyFiles.Wheel("idna", "1.0");
        Assert.NotNull(new BlockRule(new(["==1.0"])).Judge(file, PolicyFiles.Now));
        Assert.NotNull(new AllowRule(new(["==1.0"])).Judge(file, PolicyFiles.Now));
    }

    [Fact]
    public void What_the_field_takes_can_be_read()
    {
        var taken = _ofPackaging.Select(vector => vector.Versions).Concat(_mistakes)
            .Where(versions => NameRules.Requirement.Predicate($"idna{versions}")).ToList();
        Assert.True(taken.Count > 500, $"{taken.Count} are taken");
        Assert.All(taken, versions => Assert.True(PolicyEntry.Parse($"idna{versions}").IsValid, versions));
    }

    /// <summary>But for white space other than blanks, the field takes whatever Python takes.</summary>
    [Fact]
    public void What_packaging_reads_the_field_takes() => Assert.All(
        _ofPackaging.Where(vector => vector.IsValid && Plain.IsMatch(vector.Versions)),
        vector => Assert.Null(NameRules.Requirement.Reject($"idna{vector.Versions}")));

    [GeneratedRegex(@"^ *[=!~<>]+ *[A-Za-z0-9.*+!_-]+ *(, *[=!~<>]+ *[A-Za-z0-9.*+!_-]+ *)*\z")]
    static partial Regex Plain { get; }
}
