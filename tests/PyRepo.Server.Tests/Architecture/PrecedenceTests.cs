using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>The rule against dependency confusion, which members of a group provide a project, has one place.</summary>
public sealed class PrecedenceTests
{
    [Theory]
    [InlineData("Resolution.Merge")]
    [InlineData("Resolution.FirstMatch")]
    [InlineData("ProjectPattern.Matches(")]
    public void Only_the_rule_itself_looks_at_resolution_and_reserved_names(string use) => Assert.All(
        SourceTree.Files("src/PyRepo.Server/Groups", ".cs")
            .Where(file => !file.EndsWith("/Precedence.cs", StringComparison.Ordinal)),
        file => Assert.DoesNotContain(use, SourceTree.Read(file), StringComparison.Ordinal));
}
