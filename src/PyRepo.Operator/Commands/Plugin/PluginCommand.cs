using System.CommandLine;
using System.Text.Json;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary>
/// <c>kubectl pyrepo</c>: this program under the name <c>kubectl-pyrepo</c> on the <c>PATH</c>. It does what its user
/// may do with kubectl.
/// </summary>
static class PluginCommand
{
    /// <summary>The name under which kubectl finds it.</summary>
    public const string ProgramName = "kubectl-pyrepo";

    /// <summary>The name under which kubectl asks for completions.</summary>
    public const string CompletionName = "kubectl_complete-pyrepo";

    /// <summary>The command, for the command line.</summary>
    public static Command Create() => new("kubectl", "Inspect repositories and change them, like kubectl pyrepo.")
    {
        StatusCommand.CreateForPlugin(),
        LogsCommand.Create(),
        WhyCommand.Create(),
        RecallCommand.Create(),
        LoginCommand.Create(),
        RotateCommand.Create(),
        BackupCommand.Create(),
        RestoreCommand.Create(),
        PauseCommand.Create("pause", "Stop all changes of a repository and its children.", "true"),
        PauseCommand.Create("resume", "Go on after pause.", null),
        ReportCommand.Create(),
    };

    /// <summary>Prints lines of which servers choose a part: nothing in them moves the cursor.</summary>
    public static void Print(string lines) => Console.Write(Escape(lines));

    /// <summary>Runs a command; what kubectl says is the message if it fails.</summary>
    public static void Handle(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await run(parsed, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync(
                    cancellationToken.IsCancellationRequested ? "Interrupted." : "The server does not answer.");
                return 1;
            }
            catch (Exception error) when (
                error is KubectlException or HttpRequestException or IOException or UnauthorizedAccessException
                or JsonException)
            {
                await Console.Error.WriteLineAsync(Escape(error.Message));
                return 1;
            }
        });

    /// <summary>Lines without characters that move a cursor.</summary>
    internal static string Escape(string lines) =>
        string.Join('\n', lines.Split('\n').Select(ControlCharacters.Escape));
}
