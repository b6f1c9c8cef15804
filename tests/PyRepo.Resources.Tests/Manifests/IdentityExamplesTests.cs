using System.Text.RegularExpressions;

namespace PyRepo.Resources.Tests.Manifests;

/// <summary>What documentation and samples show of identity providers is safe to copy.</summary>
public sealed partial class IdentityExamplesTests
{
    [Fact]
    public void Claims_name_a_number_that_is_never_given_again() => Assert.All(
        Found(Claims()), claims => Assert.Contains("_id: ", claims, StringComparison.Ordinal));

    [Fact]
    public void The_audience_is_the_host_of_the_index() => Assert.All(
        Found(Audiences()), audience => Assert.Contains(".example.com", audience, StringComparison.Ordinal));

    static List<string> Found(Regex pattern)
    {
        string[] folders = ["docs", "config/samples", "examples"];
        var found = folders.SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(Sample.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => file.EndsWith(".md", StringComparison.Ordinal)
                || file.EndsWith(".yaml", StringComparison.Ordinal))
            .SelectMany(file => pattern.Matches(File.ReadAllText(file)).Select(match => match.Value))
            .ToList();
        Assert.NotEmpty(found);
        return found;
    }

    [GeneratedRegex(@"claims: \{[^}]*\}")]
    private static partial Regex Claims();

    [GeneratedRegex(@"issuer: [^}]*audience: [^ }]+|\baud: [^ }]+")]
    private static partial Regex Audiences();
}
