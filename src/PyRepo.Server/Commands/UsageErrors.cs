using System.CommandLine;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Problems;

namespace PyRepo.Server.Commands;

/// <summary>Says what is wrong with a command line.</summary>
static class UsageErrors
{
    /// <summary>The exit status for a wrong command line. All other failures have 1.</summary>
    public const int ExitStatus = 2;

    /// <summary>
    /// The parser's messages about words that it does not know. <see cref="Messages"/> has better ones.
    /// </summary>
    static readonly string[] _aboutUnknown =
        ["Unrecognized command or argument", "Required command was not provided"];

    /// <summary>Writes the errors, then the help of the command, and returns the exit status.</summary>
    public static int Report(ParseResult parsed, TextWriter output)
    {
        foreach (var message in Messages(parsed))
            output.WriteLine($"pyrepo: {message}");
        output.WriteLine();
        parsed.InvocationConfiguration.Output = output;
        GroupedHelp.Write(parsed);
        return ExitStatus;
    }

    /// <summary>Returns the errors: first a word that is unknown, then what is missing or invalid.</summary>
    public static IReadOnlyList<string> Messages(ParseResult parsed)
    {
        string[] others =
        [
            .. parsed.Errors.Select(error => error.Message)
                .Where(message => !_aboutUnknown.Any(start => message.StartsWith(start, StringComparison.Ordinal))),
        ];
        if (parsed.UnmatchedTokens is [var unknown, ..])
            return [UnknownWord(unknown, parsed.CommandResult.Command), .. others];
        return others.Length > 0 ? others : ["a command is missing."];
    }

    /// <summary>Says that an option, a command or an argument is unknown, and what was probably meant.</summary>
    public static string UnknownWord(string word, Command command)
    {
        var (what, known) = word.StartsWith('-')
            ? ("unknown option", command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)))
            : command.Subcommands.Count > 0
                ? ("unknown command", command.Subcommands.Select(sub => sub.Name))
                : ("unexpected argument", []);
        var name = word.StartsWith('-') ? word.Split('=')[0] : word;
        return $"{what} '{Quote.Bare(word)}'.{Suggestion(name, known)}";
    }

    /// <summary>Asks whether another word was meant, or returns nothing. Two letters are like any two others.</summary>
    public static string Suggestion(string word, IEnumerable<string> known) =>
        word.Length > 2 && SpellingSuggestion.For(word, known) is { } nearest && nearest != word
            ? $" Did you mean '{nearest}'?"
            : "";
}
