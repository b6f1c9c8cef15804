using System.Collections.Immutable;

namespace PyRepo.Server.Commands;

/// <summary>The completion script for bash, from version 3.2 on, which macOS has.</summary>
static class BashCompletion
{
    /// <summary>Returns the script.</summary>
    public static string Script(ImmutableArray<CompletedCommand> commands) => $$"""
        # Completion of pyrepo for bash. To use it: source <(pyrepo completion bash)
        _pyrepo_words() { COMPREPLY=($(compgen -W "$1" -- "$word")); }
        _pyrepo_paths() {
            local IFS=$'\n'
            compopt -o filenames 2> /dev/null
            COMPREPLY=($(compgen "$1" -- "$word"))
        }
        _pyrepo() {
            local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} last= i
            COMPREPLY=()
            if [ "$COMP_CWORD" = 1 ]; then
                _pyrepo_words '{{string.Join(' ', commands.Select(command => command.Name))}} --help --version'
                return
            fi
            for ((i = 2; i < COMP_CWORD; i++)); do
                case ${COMP_WORDS[i]} in -*) last=${COMP_WORDS[i]} ;; esac
            done
            case $word in -*) previous= last= ;; esac
            case ${COMP_WORDS[1]} in
        {{string.Concat(commands.Select(GetCase))}}    esac
        }
        complete -F _pyrepo pyrepo

        """;

    static string GetCase(CompletedCommand command)
    {
        const string indent = "            ";
        var many = command.Options.Where(option => option.TakesMany)
            .Select(option => $"{indent}case $last in {Pattern(option)}) {Values(option.Values)}; return ;; esac\n");
        var one = command.Options.Where(option => !option.TakesMany && option.Values is not CompletedValues.None)
            .Select(option =>
                $"{indent}case $previous in {Pattern(option)}) {Values(option.Values)}; return ;; esac\n");
        var words = string.Join(' ', command.Words.Concat(command.OptionNames));
        var rest = command.Argument is CompletedValues.None or CompletedValues.Unknown
            ? $"{indent}_pyrepo_words '{words}'\n"
            : $"{indent}case $word in -*) _pyrepo_words '{words}' ;; *) {Values(command.Argument)} ;; esac\n";
        return $"        {command.Name})\n{string.Concat(one)}{string.Concat(many)}{rest}{indent};;\n";
    }

    static string Pattern(CompletedOption option) => string.Join(" | ", option.Names);

    static string Values(CompletedValues values) => values switch
    {
        CompletedValues.Files => "_pyrepo_paths -f",
        CompletedValues.Folders => "_pyrepo_paths -d",
        _ => ":",
    };
}
