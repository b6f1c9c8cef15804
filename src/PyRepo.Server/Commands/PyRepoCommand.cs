using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo</c></summary>
static class PyRepoCommand
{
    /// <summary>Creates the command line with all commands.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Private Python package repositories, from the resources that kubectl apply takes.");
        ImmutableArray<CommandGroup> groups =
        [
            new("Serve", [ServeCommand.Create(), CheckCommand.Create()]),
            new("Move data",
            [
                ImportCommand.Create(), CopyCommand.Create(), MirrorCommand.Create(), WarmCommand.Create(),
                EraseCommand.Create(),
            ]),
            new("Buckets", [BucketCommand.Create()]),
            new("Publish and maintain",
            [
                PromoteCommand.Create(), ProjectCommands.CreateYank(), ProjectCommands.CreateUnyank(),
                ProjectCommands.CreateDelete(), RestoreReleaseCommand.Create(), ProjectCommands.CreateStatus(),
                RetentionCommand.Create(),
            ]),
            new("Access", [UserCommand.Create(), TokenCommand.Create()]),
            new("Policy and audit", [PolicyCommand.Create(), RecallCommand.Create(), VerifyCommand.Create()]),
            new("Other", [CompletionCommand.Create(root)]),
        ];
        foreach (var command in groups.SelectMany(group => group.Commands))
            root.Add(command);
        GroupedHelp.Use(root, groups);
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
            // A server drains for as long as --drain says. No other limit may cut that short.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(ServeCommand.MaxDrain + 60),
        });
    }
}

/// <summary><c>pyrepo completion</c></summary>
static class CompletionCommand
{
    /// <summary>Creates the command for the command line, whose commands it completes.</summary>
    public static Command Create(RootCommand root)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script for your shell.")
        {
            shell,
        };
        command.SetAction(parsed => Console.Out.Write(ScriptFor(parsed.GetRequiredValue(shell), root)));
        return command;
    }

    static string ScriptFor(string shell, RootCommand root)
    {
        var commands = CompletedCommand.GetAll(root);
        return shell switch
        {
            "bash" => BashCompletion.Script(commands),
            "zsh" => ZshCompletion.Script(commands),
            _ => FishCompletion.Script(commands),
        };
    }
}

/// <summary>The completion script for fish.</summary>
static class FishCompletion
{
    /// <summary>Returns the script.</summary>
    public static string Script(ImmutableArray<CompletedCommand> commands) => $"""
        # Completion of pyrepo for fish. To use it: pyrepo completion fish | source
        complete -c pyrepo -f
        {string.Concat(commands.Select(GetLines))}
        """;

    static string GetLines(CompletedCommand command)
    {
        var condition = $"complete -c pyrepo -n '__fish_seen_subcommand_from {command.Name}'";
        return $"complete -c pyrepo -n __fish_use_subcommand -a {command.Name} -d '{Quoted(command.Description)}'\n"
            + string.Concat(command.Options.Select(option => $"{condition}{GetOption(option)}\n"))
            + (GetArgument(command) is { } argument ? $"{condition} {argument}\n" : "");
    }

    static string GetOption(CompletedOption option)
    {
        var names = option.Names.Select(name => name.Length == 2 ? $" -s {name[1]}" : $" -l {name[2..]}");
        return $"{string.Concat(names)}{Values(option.Values)} -d '{Quoted(option.Description)}'";
    }

    static string? GetArgument(CompletedCommand command) =>
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

/// <summary><c>pyrepo retention</c></summary>
static class RetentionCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var (url, user) = (ServerOptions.Url(), ServerOptions.User());
        var run = new Option<bool>("--run") { Description = "Remove the releases now, instead of listing them." };
        var command = new Command(
            "retention", "List the releases that the next retention run removes. Nothing is removed without --run.")
        {
            url, user, run,
        };
        command.SetAction((parsed, cancellationToken) => ClientCommand.RunAsync(
            parsed.GetRequiredValue(url)!, parsed.GetRequiredValue(user), async client =>
            {
                var isRun = parsed.GetValue(run);
                Report(
                    isRun
                        ? await client.PostAsync("retention", ApiJson.Default.RetentionView, cancellationToken)
                        : await client.GetAsync("retention", ApiJson.Default.RetentionView, cancellationToken),
                    isRun);
            }));
        return command;
    }

    static void Report(RetentionView view, bool isRun)
    {
        foreach (var release in view.Releases)
            Console.Out.WriteLine($"{release.Project} {release.Version}  {release.Reason}");
        var count = view.Releases.Count;
        var what = !isRun ? "would be removed" : count == 1 ? "was removed" : "were removed";
        var next = view.Next is { } time
            ? string.Create(
                CultureInfo.InvariantCulture, $" The next run is at {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC.")
            : " The repository has no spec.retention.";
        Console.Error.WriteLine($"{count} {(count == 1 ? "release" : "releases")} {what}.{next}");
    }
}
