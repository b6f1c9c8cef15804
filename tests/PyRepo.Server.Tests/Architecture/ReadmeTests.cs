using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>The commands of README.</summary>
public sealed class ReadmeTests
{
    [Theory]
    [InlineData("./dev run")]
    [InlineData("./dev test")]
    public void A_newcomers_commands_are_lines_of_its_own(string command) => Assert.Contains(
        SourceTree.Read("README.md").Split('\n'),
        line => line == command || line.StartsWith($"{command}  ", StringComparison.Ordinal));

    [Fact]
    public void CI_runs_the_second_one() => Assert.EndsWith(
        " ./dev test\n", SourceTree.Read(Path.Combine(".ci", "run")), StringComparison.Ordinal);
}
