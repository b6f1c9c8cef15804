using System.CommandLine;
using System.Globalization;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo retention</c></summary>
static class RetentionCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var (url, user) = (ServerOptions.Url(), ServerOptions.User());
        var run = new Option<bool>("--run") { Description = "Remove the releases now, instead of listing them." };
        var command = new Command(
            "retention", "List the releases that spec.retention does not keep, as things are now. Nothing is removed.")
        {
            url, user, run,
        };
        command.SetAction((parsed, cancellationToken) => ApiClient.RunAsync(
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
