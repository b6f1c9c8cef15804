using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using PyRepo.Downloads;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo recall</c></summary>
static class RecallCommand
{
    const string Table = "table", Json = "json", Csv = "csv";

    /// <summary>The exit status if the answer lacks something: nobody may take "0 downloads" for an all-clear.</summary>
    const int Incomplete = 3;

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var release = new Argument<string?>("PROJECT[==VERSION]")
        {
            Description = "What was downloaded.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var url = ServerOptions.Url();
        var user = ServerOptions.User();
        var advisory = new Option<string?>("--advisory")
        {
            Description = "The id or an alias of advisories of the repository, for all versions that they affect.",
            HelpName = "ID",
        };
        var since = new Option<string?>("--since")
        {
            Description = "How far back, such as 30d, or since when, such as 2026-01-31. Default: the whole log.",
            HelpName = "TIME",
        };
        var sha256 = new Option<string?>("--sha256")
        {
            Description = "Only this file, by its SHA-256.",
            HelpName = "DIGITS",
        };
        var format = new Option<string>("--format")
        {
            Description = "table, json or csv.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => Table,
        };
        format.AcceptOnlyFromAmong(Table, Json, Csv);
        var forget = new Option<string?>("--forget")
        {
            Description = $"Erase a caller from the log instead: {DownloadsEndpoint.CallerForms}. The downloads stay.",
            HelpName = "CALLER",
        };
        var command = new Command("recall", "List who downloaded a project, from the download log.")
        {
            release, url, user, advisory, since, sha256, format, forget,
        };
        Option<string?>[] filters = [since, sha256];
        command.Validators.Add(result => RequireOne(
            result, result.GetValue(release), result.GetValue(advisory), result.GetValue(forget)));
        command.Validators.Add(result =>
        {
            if (result.GetValue(forget) is not null && filters.Any(filter => result.GetResult(filter) is not null))
            {
                result.AddError("--forget erases a caller from the whole log: leave out "
                    + $"{string.Join(" and ", filters.Select(filter => filter.Name))}.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(url)!, parsed.GetValue(user), parsed.GetValue(forget),
            GetParameters(
                parsed.GetValue(release),
                [.. filters.Prepend(advisory).Select(each => (each.Name.TrimStart('-'), parsed.GetValue(each)))]),
            parsed.GetRequiredValue(format), cancellationToken));
        return command;
    }

    static void RequireOne(CommandResult result, string? release, string? advisory, string? forget)
    {
        if (forget is not null && (release ?? advisory) is not null)
            result.AddError("--forget erases a caller from the whole log: leave the project out.");
        else if ((release ?? advisory ?? forget) is null)
            result.AddError("Of what? Write PROJECT, PROJECT==VERSION or --advisory ID.");
    }

    static string GetParameters(string? release, (string Name, string? Value)[] others)
    {
        var parts = release?.Split("==", 2);
        (string Name, string? Value)[] parameters =
        [
            ("project", parts?[0].Trim()), ("version", parts is [_, var version] ? version.Trim() : null), .. others,
        ];
        return string.Join('&', parameters.Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
    }

    static async Task<int> RunAsync(
        Uri url, string? user, string? forget, string parameters, string format,
        CancellationToken cancellationToken)
    {
        var isComplete = true;
        var status = await ClientCommand.RunAsync(url, user, async client =>
        {
            if (forget is not null)
                await ForgetAsync(client, forget, cancellationToken);
            else
                isComplete = await FindAsync(client, parameters, format, cancellationToken);
        });
        return status == 0 && !isComplete ? Incomplete : status;
    }

    /// <summary>Writes the answer. Returns whether nothing is missing.</summary>
    static async Task<bool> FindAsync(
        Client.ApiClient client, string parameters, string format, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(
            $"downloads?{parameters}", DownloadJson.Default.DownloadAnswer, cancellationToken);
        switch (format)
        {
            case Json:
                await Console.Out.WriteLineAsync(
                    JsonSerializer.Serialize(answer, DownloadJson.Default.DownloadAnswer));
                break;
            case Csv:
                await Console.Out.WriteAsync(DownloadsCsv.Write(answer.Rows));
                break;
            default:
                DownloadsTable.WriteRows(answer.Rows, Console.Out);
                break;
        }
        DownloadsTable.WriteNotes(answer, Console.Error);
        return answer.IsComplete;
    }

    static async Task ForgetAsync(Client.ApiClient client, string caller, CancellationToken cancellationToken)
    {
        var forgotten = await client.DeleteAsync(
            $"downloads?caller={Uri.EscapeDataString(caller)}", DownloadJson.Default.ForgottenCaller,
            cancellationToken);
        var (lines, verb) = (DownloadTexts.Count(forgotten.Lines, "line"), forgotten.Lines == 1 ? "does" : "do");
        Console.WriteLine($"{lines} of the log named '{caller}', and no longer {verb}.");
    }
}
