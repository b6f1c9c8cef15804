using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>The sources of the end-to-end tests.</summary>
public sealed partial class EndToEndTests
{
    static readonly string _dev = SourceTree.Read("dev");

    [Fact]
    public void Every_folder_of_tests_belongs_to_a_part_of_dev_test() => Assert.Empty(
        from file in SourceTree.Files("tests/EndToEnd", ".cs")
        where file.EndsWith("Tests.cs", StringComparison.Ordinal)
        let folder = file.Split('/')[2..^1]
        where !Enumerable.Range(1, folder.Length).Any(depth => PartsName(string.Join('.', folder[..depth])))
        select file);

    /// <summary>It comes after the answer, so a test that looks at once fails now and then.</summary>
    [Fact]
    public void Tests_wait_for_the_output_of_a_server() => Assert.Empty(
        from file in SourceTree.Files("tests/EndToEnd", ".cs")
        where ImpatientAssertion.IsMatch(SourceTree.Read(file))
        select file);

    /// <summary>A part that is in no lane, or in none that runs, would be missed by nobody.</summary>
    [Fact]
    public void Every_part_of_dev_test_is_in_a_lane_or_runs_with_all_and_has_a_limit()
    {
        var parts = Part.Matches(_dev).Select(match => match.Groups[1].Value).Order().ToList();
        Assert.NotEmpty(parts);
        var run = Lane.Matches(_dev).SelectMany(
            match => match.Groups[1].Value.Replace("\"", "", StringComparison.Ordinal).Split(' '));
        Assert.Equal(parts, run.Order());
        Assert.All(parts, part => Assert.Contains($"[{part}]=", _dev, StringComparison.Ordinal));
    }

    static bool PartsName(string ns) =>
        Regex.IsMatch(_dev, $@"(?:end_to_end_tests|cluster_part) ""[^""]+""(?: [\w.]+)* {Regex.Escape(ns)}\s");

    [GeneratedRegex(@"Assert\.Contains\([^;]*\b(?:LogText|OutputText)\(\)")]
    static partial Regex ImpatientAssertion { get; }

    [GeneratedRegex(@"^\s+(\w+)\) timed ", RegexOptions.Multiline)]
    static partial Regex Part { get; }

    [GeneratedRegex(@"^(?:lanes|long_parts)=\((.+)\)$", RegexOptions.Multiline)]
    static partial Regex Lane { get; }
}
