using System.CommandLine;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>The command line, by the name under which the program was started.</summary>
/// <param name="Arguments">The arguments, with the command that the name stands for.</param>
/// <param name="IsCompletion">Whether kubectl asks how the last argument may go on.</param>
sealed record PluginInvocation(string[] Arguments, bool IsCompletion)
{
    /// <summary>The line that ends completions: no file is one (ShellCompDirectiveNoFileComp of cobra).</summary>
    const string NoFiles = ":4";

    /// <summary>Reads the name and the arguments.</summary>
    public static PluginInvocation From(string program, string[] arguments) => Path.GetFileName(program) switch
    {
        _ when arguments is ["__complete", .. var asked] => new(["kubectl", .. asked], true),
        PluginCommand.ProgramName => new(["kubectl", .. arguments], false),
        PluginCommand.CompletionName => new(["kubectl", .. arguments], true),
        _ => new(arguments, false),
    };

    /// <summary>Runs the command, or tells how it may go on.</summary>
    public Task<int> RunAsync(RootCommand root)
    {
        if (!IsCompletion)
        {
            return root.Parse(Arguments).InvokeAsync(
                new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
        }
        var typed = Arguments.Length == 1 ? "" : Arguments[^1];
        foreach (var item in root.Parse(Arguments).GetCompletions())
        {
            // Options are offered after a dash alone, as kubectl does.
            var isOption = item.Label[0] is '-' or '/';
            if (!item.Label.StartsWith(typed, StringComparison.Ordinal) || (isOption && typed.Length == 0))
                continue;
            Console.WriteLine(item.Detail is { } detail ? $"{item.Label}\t{detail}" : item.Label);
        }
        Console.WriteLine(NoFiles);
        return Task.FromResult(0);
    }
}
