using System.CommandLine;
using PyRepo.Packaging.Names;
using PyRepo.Server.Api;

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
                + $"{Passwords.TargetVariable}, or you are asked for it.",
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
                ? ApiClient.RunAsync(target, () => TransferAsync(
                    (from, name), (target, parsed.GetValue(toUser) ?? name), release, cancellationToken))
                : ApiClient.RunAsync(from, name, client => PromoteAsync(
                    client, release, parsed.GetRequiredValue(to), cancellationToken));
        });
        return command;
    }

    static async Task PromoteAsync(
        ApiClient client, (string Project, string Version) release, string to, CancellationToken cancellationToken)
    {
        var promoted = await client.PostAsync(
            ProjectCommands.PathOf(release.Project, release.Version, "promotion"),
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
        using var source = ClientOf(from.Url, from.User, Passwords.Read(from.User));
        using var target = ClientOf(to.Url, to.User, Passwords.ReadForTarget(to.User));
        Report(
            await new ReleaseTransfer(source, target).RunAsync(project, release.Version, cancellationToken),
            $"{to.Url}");
    }

    /// <summary>Files may be in a bucket to which the server redirects, and take any time.</summary>
    static HttpClient ClientOf(Uri url, string user, string password)
    {
        var client = ApiClient.CreateHttp(url, user, password, followsRedirects: true);
        client.Timeout = Timeout.InfiniteTimeSpan;
        return client;
    }

    static void Report(IReadOnlyList<string> files, string to)
    {
        foreach (var file in files)
            Console.Out.WriteLine(file);
        Console.Error.WriteLine($"{files.Count} files were copied to {to}.");
    }
}
