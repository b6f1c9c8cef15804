using System.CommandLine;
using PyRepo.Client;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary>
/// <c>pyrepo yank</c>, <c>unyank</c>, <c>delete</c> and <c>status</c>: a Maintainer changes a project.
/// </summary>
static class ProjectCommands
{
    /// <summary>Creates <c>pyrepo yank</c>.</summary>
    public static Command CreateYank()
    {
        var (project, version, reason) = (Project(), Version(), Reason("Why, as pip shows it."));
        return Create(
            "yank", "Yank a release: installers skip it unless its version is pinned.", [project, version, reason],
            (parsed, client, token) => client.PutAsync(
                GetPath(parsed.GetRequiredValue(project), parsed.GetRequiredValue(version), "yank"),
                new ReasonRequest { Reason = parsed.GetValue(reason) }, ApiJson.Default.ReasonRequest, token));
    }

    /// <summary>Creates <c>pyrepo unyank</c>.</summary>
    public static Command CreateUnyank()
    {
        var (project, version) = (Project(), Version());
        return Create(
            "unyank", "Undo a yank.", [project, version],
            (parsed, client, token) => client.DeleteAsync(
                GetPath(parsed.GetRequiredValue(project), parsed.GetRequiredValue(version), "yank"), token));
    }

    /// <summary>Creates <c>pyrepo delete</c>.</summary>
    public static Command CreateDelete()
    {
        var (project, version) = (Project(), Version());
        var file = new Option<string?>("--file")
        {
            Description = "Delete only this file of the release.",
            HelpName = "NAME",
        };
        var purge = new Option<bool>("--purge")
        {
            Description = "Remove the bytes at once, including those of earlier deletions. This cannot be undone.",
        };
        return Create(
            "delete", "Delete a release. restore-release undoes it for a while. The file names stay reserved.",
            [project, version, file, purge],
            (parsed, client, token) => client.DeleteAsync(
                (parsed.GetValue(file) is { } name
                    ? ApiClient.GetPath("projects", parsed.GetRequiredValue(project), "files", name)
                    : GetPath(parsed.GetRequiredValue(project), parsed.GetRequiredValue(version)))
                + (parsed.GetValue(purge) ? "?purge=true" : ""),
                token));
    }

    /// <summary>Creates <c>pyrepo status</c>.</summary>
    public static Command CreateStatus()
    {
        var (project, reason) = (Project(), Reason("Why, as pages and clients show it."));
        var status = new Argument<string>("STATUS") { Description = "active, archived, deprecated or quarantined." };
        status.AcceptOnlyFromAmong([.. Enum.GetValues<ProjectStatus>().Select(each => each.ToName())]);
        return Create(
            "status", "Set a project's status: active, archived (no uploads), deprecated, quarantined (no files).",
            [project, status, reason],
            (parsed, client, token) => client.PutAsync(
                ApiClient.GetPath("projects", parsed.GetRequiredValue(project), "status"),
                new StatusRequest
                {
                    Status = parsed.GetRequiredValue(status),
                    Reason = parsed.GetValue(reason),
                },
                ApiJson.Default.StatusRequest, token));
    }

    static Command Create(
        string name, string description, IEnumerable<Symbol> symbols,
        Func<ParseResult, ApiClient, CancellationToken, Task> run)
    {
        var (url, user) = (ServerOptions.Url(), ServerOptions.User());
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        }
        command.Add(url);
        command.Add(user);
        command.SetAction((parsed, cancellationToken) => ClientCommand.RunAsync(
            parsed.GetRequiredValue(url)!, parsed.GetRequiredValue(user),
            client => run(parsed, client, cancellationToken)));
        return command;
    }

    /// <summary>Returns the path of a release in the API.</summary>
    public static string GetPath(string project, string version, params IEnumerable<string> rest) =>
        ApiClient.GetPath(["projects", project, "releases", version, .. rest]);

    /// <summary>The project.</summary>
    public static Argument<string> Project() => new("PROJECT") { Description = "The project's name." };

    /// <summary>The version.</summary>
    public static Argument<string> Version() => new("VERSION") { Description = "The version of the release." };

    static Option<string?> Reason(string description) =>
        new("--reason") { Description = description, HelpName = "TEXT" };
}
