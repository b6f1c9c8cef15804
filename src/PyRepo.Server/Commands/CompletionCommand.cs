using System.CommandLine;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo completion</c></summary>
static class CompletionCommand
{
    /// <summary>Creates the command for the command line, whose commands it completes.</summary>
    public static Command Create(RootCommand root)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes commands and options in a shell.")
        {
            shell,
        };
        command.SetAction(parsed => Console.Out.Write(ScriptFor(parsed.GetRequiredValue(shell), root)));
        return command;
    }

    static string ScriptFor(string shell, RootCommand root)
    {
        var commands = CompletedCommand.AllOf(root);
        return shell switch
        {
            "bash" => BashCompletion.Script(commands),
            "zsh" => ZshCompletion.Script(commands),
            _ => FishCompletion.Script(commands),
        };
    }
}
