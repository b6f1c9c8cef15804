using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>The parts of <c>./dev test</c>.</summary>
public sealed class TestPartsTests
{
    static readonly string _dev = SourceTree.Read("dev");

    [Fact]
    public void Every_folder_of_end_to_end_tests_belongs_to_a_part() => Assert.Empty(
        from file in SourceTree.Files("tests/EndToEnd", ".cs")
        where file.EndsWith("Tests.cs", StringComparison.Ordinal)
        let folder = file.Split('/')[2..^1]
        where !Enumerable.Range(1, folder.Length).Any(depth => Names(string.Join('.', folder[..depth])))
        select file);

    static bool Names(string ns) =>
        Regex.IsMatch(_dev, $@"(?:end_to_end_tests|cluster_part) ""[^""]+""(?: [\w.]+)* {Regex.Escape(ns)}\s");
}
