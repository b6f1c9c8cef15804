using System.CommandLine;
using PyRepo.Client;
using PyRepo.Packaging.Names;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo promote</c>: copies a release to another repository, of this server or of another one.</summary>
static class PromoteCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var (project, version) = (ProjectCommands.Project(), ProjectCommands.Version());
        var to = new Option<string>("--to")
        {
            Description = "The name of another repository of the same server, or the URL of any repository.",
            HelpName = "NAME|URL",
            Required = true,
        };
        var toUser = new Option<string?>("--to-user")
        {
            Description = "Your user name there, if --to is a URL. The password comes from "
                + $"{Passwords.TargetVariable}, or a prompt.",
            HelpName = "NAME",
        };
        var (url, user) = (ServerOptions.Url(), ServerOptions.User());
        var command = new Command("promote", "Copy a release to another repository, with hashes and upload times.")
        {
            project, version, to, toUser, url, user,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var release = (Project: parsed.GetRequiredValue(project), Version: parsed.GetRequiredValue(version));
            var (from, name) = (parsed.GetRequiredValue(url)!, parsed.GetRequiredValue(user));
            return ServerOptions.TryParseUrl(parsed.GetRequiredValue(to), out var target)
                ? ClientCommand.RunAsync("", () => TransferAsync(
                    (from, name), (target, parsed.GetValue(toUser) ?? name), release, cancellationToken))
                : ClientCommand.RunAsync(from, name, client => PromoteAsync(
                    client, release, parsed.GetRequiredValue(to), cancellationToken));
        });
        return command;
    }

    static async Task PromoteAsync(
        ApiClient client, (string Project, string Version) release, string to, CancellationToken cancellationToken)
    {
        var promoted = await client.PostAsync(
            ProjectCommands.GetPath(release.Project, release.Version, "promotion"),
            new PromotionRequest { To = to }, ApiJson.Default.PromotionRequest, ApiJson.Default.PromotionView,
            cancellationToken);
        Report(promoted.Files, promoted.To);
    }

    static async Task TransferAsync(
        (Uri Url, string User) from, (Uri Url, string User) to, (string Project, string Version) release,
        CancellationToken cancellationToken)
    {
        if (!ProjectName.TryParse(release.Project, out var project))
            throw new HttpRequestException($"'{release.Project}' is not the name of a project.");
        using var source = new RepositoryClient(
            from.Url, from.User, Passwords.Read(from.User), followsRedirects: true);
        // A redirected upload would be sent as a GET, which succeeds.
        using var target = new RepositoryClient(
            to.Url, to.User, Passwords.ReadForTarget(to.User), followsRedirects: false);
        var copied = 0;
        try
        {
            await foreach (var file in new ReleaseTransfer(source, target)
                .RunAsync(project, release.Version, cancellationToken))
            {
                Console.Out.WriteLine(file);
                copied++;
            }
        }
        catch (HttpRequestException error) when (copied > 0)
        {
            throw new HttpRequestException(
                $"{error.Message} {GetCount(copied)} copied before. Run it again to copy the others.", error);
        }
        ReportCount(copied, $"{to.Url}");
    }

    static void Report(IReadOnlyList<string> files, string to)
    {
        foreach (var file in files)
            Console.Out.WriteLine(file);
        ReportCount(files.Count, to);
    }

    static void ReportCount(int copied, string to) => Console.Error.WriteLine($"{GetCount(copied)} copied to {to}.");

    static string GetCount(int files) => files == 1 ? "1 file was" : $"{files} files were";
}
