using System.Collections.Immutable;

namespace PyRepo.Server.Commands;

/// <summary>The completion script for zsh.</summary>
static class ZshCompletion
{
    /// <summary>Returns the script.</summary>
    public static string Script(ImmutableArray<CompletedCommand> commands) => $$"""
        #compdef pyrepo
        # Completion of pyrepo for zsh. To use it: source <(pyrepo completion zsh)
        _pyrepo() {
            local -a commands
            commands=(
        {{string.Concat(commands.Select(c => $"        '{c.Name}:{Quoted(c.Description)}'\n"))}}    )
            if (( CURRENT == 2 )); then
                _describe 'command' commands
                return
            fi
            local command=$words[2]
            shift words
            (( CURRENT-- ))
            case $command in
        {{string.Concat(commands.Select(GetCase))}}    esac
        }
        if [ "$funcstack[1]" = _pyrepo ]; then _pyrepo "$@"; else compdef _pyrepo pyrepo; fi

        """;

    static string GetCase(CompletedCommand command)
    {
        var specs = command.Options.Select(GetSpec).Append(GetArgument(command)).OfType<string>();
        return $"        {command.Name})\n            _arguments {string.Join(" \\\n                ", specs)}\n"
            + "            ;;\n";
    }

    static string GetSpec(CompletedOption option)
    {
        var names = option.Names.Length == 1 ? option.Names[0] : $"{{{string.Join(',', option.Names)}}}";
        var many = option.TakesMany ? "'*'" : "";
        return $"{many}{names}'[{Quoted(option.Description)}]{Values("value", option.Values)}'";
    }

    static string? GetArgument(CompletedCommand command) =>
        command.Words.Length > 0 ? $"'1:word:({string.Join(' ', command.Words)})'"
        : command.Argument is CompletedValues.None ? null
        : $"'1{Values("argument", command.Argument)}'";

    static string Values(string what, CompletedValues values) => values switch
    {
        CompletedValues.None => "",
        CompletedValues.Files => $":{what}:_files",
        CompletedValues.Folders => $":{what}:_files -/",
        _ => $":{what}: ",
    };

    static string Quoted(string text) => text.Replace("'", @"'\''", StringComparison.Ordinal)
        .Replace("[", @"\[", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal)
        .Replace(":", @"\:", StringComparison.Ordinal);
}
