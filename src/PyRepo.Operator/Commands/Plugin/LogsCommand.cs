using System.CommandLine;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo logs</c></summary>
static class LogsCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var (target, follow) = (new PluginTarget(), new Option<bool>("--follow", "-f") { Description = "Go on." });
        var since = new Option<string>("--since")
        {
            Description = "How far back.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => "1h",
        };
        var command = target.AddTo(new Command("logs", "Show the log of all pods of a repository.") { follow, since });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            return await found.Kubectl.RunAsync(
                cancellationToken,
                [
                    "logs", "-n", found.Namespace, "-l", found.Selector, "--prefix", "--tail=-1",
                    "--max-log-requests=100",
                    $"--since={parsed.GetRequiredValue(since)}",
                    $"--follow={(parsed.GetValue(follow) ? "true" : "false")}",
                ]);
        });
        return command;
    }
}
