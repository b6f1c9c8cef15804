using System.CommandLine;
using System.CommandLine.Invocation;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo</c></summary>
static class PyRepoCommand
{
    /// <summary>Creates the command line with all commands.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Private Python package repositories, from the resources that kubectl apply takes.")
        {
            ServeCommand.Create(),
            CheckCommand.Create(),
            ImportCommand.Create(),
            MirrorCommand.Create(),
            CopyCommand.Create(),
            EraseCommand.Create(),
            UserCommand.Create(),
            TokenCommand.Create(),
            ProjectCommands.CreateYank(),
            ProjectCommands.CreateUnyank(),
            ProjectCommands.CreateDelete(),
            PromoteCommand.Create(),
            ProjectCommands.CreateStatus(),
            RetentionCommand.Create(),
            WarmCommand.Create(),
        };
        root.Add(CompletionCommand.Create(root));
        return root;
    }

    /// <summary>Runs the command that the arguments name, and returns the exit status.</summary>
    public static Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        if (parsed is { Action: ParseErrorAction })
            return Task.FromResult(UsageErrors.Report(parsed, Console.Error));
        return parsed.InvokeAsync(new InvocationConfiguration
        {
            // Whoever serves drains for as long as --drain says; no other limit may cut that short.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(ServeCommand.MaxDrain + 60),
        });
    }
}
