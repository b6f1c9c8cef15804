using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace PyRepo.Server.Commands;

/// <summary>Writes help. <c>pyrepo --help</c> lists its commands in groups, without their arguments.</summary>
sealed class GroupedHelp(ImmutableArray<CommandGroup> groups) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Writes the help of the command that was parsed to the configured output.</summary>
    public static void Write(ParseResult parsed) =>
        ((SynchronousCommandLineAction)GetOption(parsed.RootCommandResult.Command).Action!).Invoke(parsed);

    /// <summary>Makes a command line show its commands in groups.</summary>
    public static void Use(RootCommand root, ImmutableArray<CommandGroup> groups) =>
        GetOption(root).Action = new GroupedHelp(groups);

    /// <inheritdoc/>
    public override int Invoke(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not RootCommand root)
            return new HelpAction().Invoke(parsed);
        parsed.InvocationConfiguration.Output.WriteLine($"""
            {root.Description}

            Usage: pyrepo COMMAND [OPTIONS]

            {string.Join("\n\n", groups.Select(GetSection))}

            Options:
              -h, --help       Show help. 'pyrepo COMMAND --help' shows a command's options.
              --version        Show the version.
            """);
        return 0;
    }

    static string GetSection(CommandGroup group) =>
        $"{group.Title}:\n{string.Join('\n', group.Commands.Select(each => $"  {each.Name,-16} {each.Description}"))}";

    static HelpOption GetOption(Command root) => root.Options.OfType<HelpOption>().Single();
}

/// <summary>Commands that the help lists together.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Commands">The commands, in the order of the help.</param>
sealed record CommandGroup(string Title, ImmutableArray<Command> Commands);
