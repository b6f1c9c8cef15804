using System.Text.RegularExpressions;
using PyRepo.Resources.Manifests;

namespace PyRepo.Resources.Tests.Manifests;

/// <summary>What was valid in a release is valid in every later one.</summary>
public sealed partial class ReleasedSamplesTests
{
    static readonly string _folder =
        Path.Combine(Sample.Root, "tests", "PyRepo.Resources.Tests", "Samples", "Releases");

    public static TheoryData<string> Files =>
    [
        .. Directory.GetFiles(_folder, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder, file)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_sample_of_a_release_is_valid_today_in_each_version(string file)
    {
        var text = File.ReadAllText(Path.Combine(_folder, file));
        foreach (var apiVersion in Resource.ApiVersions)
        {
            var set = Sample.Read(ApiVersion().Replace(text, $"apiVersion: {apiVersion}"));
            Assert.Empty(set.Problems);
            Assert.NotEmpty(set.Resources);
        }
    }

    [Fact]
    public void Each_release_that_the_changelog_names_has_its_samples()
    {
        var kept = Directory.GetDirectories(_folder).Select(folder => Path.GetFileName(folder)).ToHashSet();
        Assert.Contains("0.1.0-alpha", kept);
        foreach (var release in GetReleases(File.ReadAllText(Path.Combine(Sample.Root, "CHANGELOG.md"))))
        {
            Assert.True(kept.Contains(release), $"Copy the samples of {release}: see CONTRIBUTING.md, \"Releasing\".");
            Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder, release), "*.yaml"));
        }
    }

    [Fact]
    public void A_release_is_a_heading_of_the_changelog_with_a_version() => Assert.Equal(
        ["1.1.0", "1.0.0-rc.1"],
        GetReleases("# Changelog\n\n## Unreleased\n\n### Added\n\n## 1.1.0 (2026-11-29)\n\n- x\n\n## 1.0.0-rc.1\n"));

    static IEnumerable<string> GetReleases(string changelog) =>
        Release().Matches(changelog).Select(heading => heading.Groups["version"].Value);

    [GeneratedRegex(@"^## (?<version>[0-9]\S*)", RegexOptions.Multiline)]
    private static partial Regex Release();

    [GeneratedRegex(@"^apiVersion: pyrepo\.dev/\w+", RegexOptions.Multiline)]
    private static partial Regex ApiVersion();
}
