using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;

namespace PyRepo.Server.Commands;

/// <summary>A command, as a shell completes it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">A description of the command.</param>
/// <param name="Options">The options, with those of all commands.</param>
/// <param name="Argument">The kind of its argument, if it has one.</param>
/// <param name="Words">The words that its argument may be. Usually any, and thus empty.</param>
sealed record CompletedCommand(
    string Name, string Description, ImmutableArray<CompletedOption> Options, CompletedValues Argument,
    ImmutableArray<string> Words)
{
    /// <summary>The names of all options.</summary>
    public IEnumerable<string> OptionNames => Options.SelectMany(option => option.Names);

    /// <summary>Describes all commands of a command line.</summary>
    public static ImmutableArray<CompletedCommand> GetAll(RootCommand root) =>
        [.. root.Subcommands.Select(command => From(command, root.Options.Where(option => option.Recursive)))];

    static CompletedCommand From(Command command, IEnumerable<Option> shared)
    {
        var argument = command.Arguments.FirstOrDefault();
        if (command.Subcommands.Count > 0)
        {
            return new(
                command.Name, command.Description ?? "",
                [
                    .. command.Subcommands.SelectMany(each => each.Options).Concat(shared).Select(CompletedOption.From)
                        .DistinctBy(option => option.Names[^1]),
                ],
                CompletedValues.Unknown, [.. command.Subcommands.Select(each => each.Name)]);
        }
        return new(
            command.Name, command.Description ?? "",
            [.. command.Options.Concat(shared).Select(CompletedOption.From)],
            argument is null ? CompletedValues.None : CompletedOption.GetValues(argument.Name),
            argument is null ? [] : [.. argument.GetCompletions(CompletionContext.Empty).Select(item => item.Label)]);
    }
}

/// <summary>An option, as a shell completes it.</summary>
/// <param name="Names">The names: <c>-f</c> and <c>--file</c>.</param>
/// <param name="Description">A description of the option.</param>
/// <param name="Values">The kind of its values.</param>
/// <param name="TakesMany">Whether all words that follow are its values.</param>
sealed record CompletedOption(
    ImmutableArray<string> Names, string Description, CompletedValues Values, bool TakesMany)
{
    /// <summary>Describes an option of a command.</summary>
    public static CompletedOption From(Option option) => new(
        [.. option.Aliases.Prepend(option.Name).Where(IsWritten).Distinct().OrderBy(name => name.Length)],
        option.Description ?? "",
        option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(void) ? CompletedValues.None
            : GetValues(option.HelpName),
        option.AllowMultipleArgumentsPerToken);

    /// <summary>Returns what stands for a value in the help.</summary>
    public static CompletedValues GetValues(string? helpName) => helpName switch
    {
        "FILE_OR_FOLDER" or "FILE" or "LOCKFILE" => CompletedValues.Files,
        "DIR" or "FOLDER" => CompletedValues.Folders,
        _ => CompletedValues.Unknown,
    };

    /// <summary>Whether people write a name. System.CommandLine also knows <c>/h</c> and <c>-?</c>.</summary>
    static bool IsWritten(string name) => name[0] == '-' && name != "-?";
}

/// <summary>The kinds of value that a shell can complete for an option or argument.</summary>
enum CompletedValues
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary>Nothing that a shell knows.</summary>
    Unknown,
    Files,
    Folders,
}
