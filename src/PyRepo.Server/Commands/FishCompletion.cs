using System.Collections.Immutable;

namespace PyRepo.Server.Commands;

/// <summary>The completion script for fish.</summary>
static class FishCompletion
{
    /// <summary>Returns the script.</summary>
    public static string Script(ImmutableArray<CompletedCommand> commands) => $"""
        # Completion of pyrepo for fish. To use it: pyrepo completion fish | source
        complete -c pyrepo -f
        {string.Concat(commands.Select(LinesOf))}
        """;

    static string LinesOf(CompletedCommand command)
    {
        var condition = $"complete -c pyrepo -n '__fish_seen_subcommand_from {command.Name}'";
        return $"complete -c pyrepo -n __fish_use_subcommand -a {command.Name} -d '{Quoted(command.Description)}'\n"
            + string.Concat(command.Options.Select(option => $"{condition}{OptionOf(option)}\n"))
            + (ArgumentOf(command) is { } argument ? $"{condition} {argument}\n" : "");
    }

    static string OptionOf(CompletedOption option)
    {
        var names = option.Names.Select(name => name.Length == 2 ? $" -s {name[1]}" : $" -l {name[2..]}");
        return $"{string.Concat(names)}{Values(option.Values)} -d '{Quoted(option.Description)}'";
    }

    static string? ArgumentOf(CompletedCommand command) =>
        command.Words.Length > 0 ? $"-a '{string.Join(' ', command.Words)}'"
        : command.Argument is CompletedValues.Folders ? "-a '(__fish_complete_directories)'" : null;

    static string Values(CompletedValues values) => values switch
    {
        CompletedValues.None => "",
        CompletedValues.Files => " -r -F",
        CompletedValues.Folders => " -x -a '(__fish_complete_directories)'",
        _ => " -x",
    };

    static string Quoted(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal)
        .Replace("'", @"\'", StringComparison.Ordinal);
}
