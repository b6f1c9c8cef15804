using System.CommandLine;
using PyRepo.Server.Commands;

namespace PyRepo.Server.Tests.Commands;

/// <summary>What <c>pyrepo --help</c> shows.</summary>
public sealed class HelpTests
{
    [Fact]
    public void Each_command_is_listed_once_below_the_heading_of_its_group()
    {
        var sections = Help("--help").Split("\n\n");
        Assert.Equal(
            [
                "Serve", "Move data", "Buckets", "Publish and maintain", "Access", "Policy and audit", "Other",
                "Options",
            ],
            sections[2..].Select(section => section.Split(':')[0]));
        Assert.Equal(
            PyRepoCommand.Create().Subcommands.Select(command => command.Name),
            sections[2..^1].SelectMany(section => section.Split('\n')[1..]).Select(row => row.Trim().Split(' ')[0]));
        Assert.DoesNotContain(string.Join('\n', sections[2..]).Split('\n'), row => row.Length > 120);
    }

    [Fact]
    public void The_help_of_a_command_shows_its_options() =>
        Assert.Contains("--listen", Help("serve", "--help"), StringComparison.Ordinal);

    [Fact]
    public void A_missing_command_shows_the_groups()
    {
        using var output = new StringWriter();
        Assert.Equal(UsageErrors.ExitStatus, UsageErrors.Report(PyRepoCommand.Create().Parse([]), output));
        Assert.Contains("a command is missing.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Publish and maintain:", output.ToString(), StringComparison.Ordinal);
    }

    static string Help(params string[] arguments)
    {
        using var output = new StringWriter();
        var configuration = new InvocationConfiguration { Output = output };
        Assert.Equal(0, PyRepoCommand.Create().Parse(arguments).Invoke(configuration));
        return output.ToString().Trim();
    }
}
