using System.Text.RegularExpressions;

namespace EndToEnd.Pages;

/// <summary><c>docs/commands.md</c> has the commands and options that the program has.</summary>
public sealed partial class CommandsPageTests
{
    static readonly string _page =
        SourceTree.Read("docs/commands.md").Replace("\n             ", " ", StringComparison.Ordinal);

    /// <summary>Each command line of the page.</summary>
    public static TheoryData<string> Lines { get; } = [.. CommandLine().Matches(_page).Select(line => line.Value)];

    [Fact]
    public async Task Each_command_of_the_program_is_on_the_page()
    {
        var help = (await PyRepoProgram.RunAsync("--help")).MustSucceed().Output;
        var commands = Command().Matches(help).Select(command => command.Groups["name"].Value)
            .Except(["pyrepo"]).Order(StringComparer.Ordinal);
        var written = Lines.SelectMany(line => line.Data.Split(' ')[1].Split('|')).Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal(commands, written);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Each_option_on_the_page_is_one_of_the_program(string line)
    {
        var words = line.Split(' ');
        var known = "";
        foreach (var command in words[1].Split('|'))
        {
            // Some commands have others below them, which are the next word.
            string[] others = command is "user" or "token" or "policy" or "bucket" ? words[2].Split('|') : [];
            string[][] calls = others.Length == 0 ? [[command]] : [.. others.Select(other => new[] { command, other })];
            foreach (var call in calls)
                known += (await PyRepoProgram.RunAsync([.. call, "--help"])).MustSucceed().Output;
        }
        Assert.All(Option().Matches(line), option => Assert.Contains(option.Value, known, StringComparison.Ordinal));
    }

    [GeneratedRegex("^pyrepo [a-z].*$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"^  (?<name>[a-z][a-z-]*)\s", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<=[\s\[])--?[a-z][a-z0-9-]*")]
    private static partial Regex Option();
}
