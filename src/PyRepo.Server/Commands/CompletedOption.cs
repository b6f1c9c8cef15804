using System.Collections.Immutable;
using System.CommandLine;

namespace PyRepo.Server.Commands;

/// <summary>An option, as a shell completes it.</summary>
/// <param name="Names">The names: <c>-f</c> and <c>--file</c>.</param>
/// <param name="Description">What the option does.</param>
/// <param name="Values">What its values are.</param>
/// <param name="TakesMany">Whether all words that follow are its values.</param>
sealed record CompletedOption(
    ImmutableArray<string> Names, string Description, CompletedValues Values, bool TakesMany)
{
    /// <summary>Describes an option of a command.</summary>
    public static CompletedOption Of(Option option) => new(
        [.. option.Aliases.Prepend(option.Name).Where(IsWritten).Distinct().OrderBy(name => name.Length)],
        option.Description ?? "",
        option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(void) ? CompletedValues.None
            : ValuesOf(option.HelpName),
        option.AllowMultipleArgumentsPerToken);

    /// <summary>Returns what stands for a value in the help.</summary>
    public static CompletedValues ValuesOf(string? helpName) => helpName switch
    {
        "FILE_OR_FOLDER" or "FILE" or "LOCKFILE" => CompletedValues.Files,
        "DIR" or "FOLDER" => CompletedValues.Folders,
        _ => CompletedValues.Unknown,
    };

    /// <summary>Whether people write a name. System.CommandLine also knows <c>/h</c> and <c>-?</c>.</summary>
    static bool IsWritten(string name) => name[0] == '-' && name != "-?";
}
