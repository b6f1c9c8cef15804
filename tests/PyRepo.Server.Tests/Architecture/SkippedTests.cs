using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>Tests that lack a program or an asset.</summary>
public sealed partial class SkippedTests
{
    /// <summary>One that returns early counts as passed, in a run that insists that none be skipped.</summary>
    [Fact]
    public void They_say_that_they_are_skipped() => Assert.Empty(
        from file in SourceTree.Files("tests", "Tests.cs")
        where EarlyReturn.IsMatch(SourceTree.Read(file))
        select file);

    [GeneratedRegex(@"if \([^{;]*(?:File\.Exists\(\$?""/|Assets\.)[^{;]*\)\s*\{?[^{}]*\breturn;")]
    static partial Regex EarlyReturn { get; }
}
