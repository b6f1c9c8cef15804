using System.CommandLine;
using System.CommandLine.Parsing;
using PyRepo.Client;
using PyRepo.Resources.Values;
using PyRepo.Server.Endpoints.Api;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo restore-release</c>: brings deleted releases back, or all that projects showed at a time.</summary>
static class RestoreReleaseCommand
{
    /// <summary>The exit status if something cannot come back, so that a script notices it.</summary>
    const int Incomplete = 3;

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var releases = new Argument<string[]>("PROJECT[==VERSION]")
        {
            Description = "Deleted releases or, with --as-of, projects. Without any, everything that changed since.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var asOf = new Option<string?>("--as-of")
        {
            Description = "Restore projects as they were at this time, such as 2026-11-20T12:00:00Z.",
            HelpName = "TIME",
        };
        var removeNewer = new Option<bool>("--remove-newer")
        {
            Description = "With --as-of, delete newer files and restore replaced ones. This can be undone.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only list what would change." };
        var (url, user) = (ServerOptions.Url(), ServerOptions.User());
        var command = new Command(
            "restore-release", "Restore deleted releases, or projects as they were at a given time.")
        {
            releases, url, user, asOf, removeNewer, dryRun,
        };
        command.Validators.Add(result => Validate(
            result, result.GetValue(releases) ?? [], result.GetValue(asOf), result.GetValue(removeNewer)));
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(url)!, parsed.GetRequiredValue(user), parsed.GetValue(releases) ?? [],
            new RestorationRequest
            {
                AsOf = parsed.GetValue(asOf),
                RemoveNewer = parsed.GetValue(removeNewer),
                DryRun = parsed.GetValue(dryRun),
            },
            cancellationToken));
        return command;
    }

    static void Validate(CommandResult result, string[] releases, string? asOf, bool removeNewer)
    {
        if (asOf is null && releases.Length == 0)
            result.AddError("What? Write PROJECT==VERSION, or --as-of TIME.");
        else if (asOf is null && releases.FirstOrDefault(release => !IsRelease(release)) is { } project)
            result.AddError($"Which release of {project}? Write {project}==VERSION, or --as-of TIME.");
        else if (asOf is not null && releases.FirstOrDefault(IsRelease) is { } release)
            result.AddError($"--as-of is for whole projects: write {Split(release).Project}.");
        if (asOf is null && removeNewer)
            result.AddError("--remove-newer needs --as-of TIME.");
    }

    static bool IsRelease(string text) => text.Contains("==", StringComparison.Ordinal);

    static (string Project, string Version) Split(string release)
    {
        var parts = release.Split("==", 2);
        return (parts[0].Trim(), parts[1].Trim());
    }

    static async Task<int> RunAsync(
        Uri url, string user, string[] releases, RestorationRequest request, CancellationToken cancellationToken)
    {
        var report = new RestorationReport(request.DryRun, Console.Out, Console.Error);
        var hasFailed = false;
        var status = await ClientCommand.RunAsync(url, user, async client =>
        {
            foreach (var path in await GetPathsAsync(client, releases, request.AsOf, cancellationToken))
            {
                // One project that fails keeps no other from coming back.
                hasFailed |= await ClientCommand.RunAsync(
                    $"{path}: ", () => RestoreAsync(client, path, request, report, cancellationToken)) != 0;
                cancellationToken.ThrowIfCancellationRequested();
            }
            report.Finish();
        });
        return status != 0 || hasFailed ? 1 : report.HasUnavailable ? Incomplete : 0;
    }

    static async Task<IEnumerable<string>> GetPathsAsync(
        ApiClient client, string[] releases, string? asOf, CancellationToken cancellationToken)
    {
        if (asOf is null)
        {
            return releases.Select(Split).Select(
                release => ProjectCommands.GetPath(release.Project, release.Version, "restoration"));
        }
        var projects = releases.Length > 0 ? releases : (await client.GetAsync(
            $"restoration?asOf={Uri.EscapeDataString(asOf)}", ApiJson.Default.ChangedProjectsView,
            cancellationToken)).Projects;
        return projects.Select(project => ApiClient.GetPath("projects", project, "restoration"));
    }

    /// <summary>Sends the request until nothing is left: each makes a bounded number of changes.</summary>
    static async Task RestoreAsync(
        ApiClient client, string path, RestorationRequest request, RestorationReport report,
        CancellationToken cancellationToken)
    {
        for (var left = int.MaxValue; ;)
        {
            var view = await client.PostAsync(
                path, request, ApiJson.Default.RestorationRequest, ApiJson.Default.RestorationView, cancellationToken);
            report.Add(view);
            if (view.Remaining == 0 || request.DryRun)
                return;
            if (view.Remaining >= left)
                throw new HttpRequestException($"'{view.Project}' keeps changing. Run it again.");
            left = view.Remaining;
        }
    }
}

/// <summary>Says what was brought back: a line for each change, and a sentence at the end.</summary>
sealed class RestorationReport(bool isTrial, TextWriter output, TextWriter notes)
{
    readonly HashSet<(string Project, string File)> _unavailable = [];
    int _changes;
    int _remaining;

    /// <summary>Whether something cannot come back.</summary>
    public bool HasUnavailable => _unavailable.Count > 0;

    /// <summary>Writes the changes of an answer.</summary>
    public void Add(RestorationView view)
    {
        if (view.Status is { } status)
            Write(view.Project, "status", [status]);
        Write(view.Project, "restored", view.Restored);
        Write(view.Project, "yanked", view.Yanked);
        Write(view.Project, "unyanked", view.Unyanked);
        Write(view.Project, "deleted", view.Deleted);
        foreach (var (file, reason) in view.Unavailable)
        {
            if (_unavailable.Add((view.Project, file)))
                notes.WriteLine(ControlCharacters.Escape($"{view.Project}: {file} cannot be restored. {reason}"));
        }
        _remaining += isTrial ? view.Remaining : 0;
    }

    /// <summary>Writes the sentence.</summary>
    public void Finish()
    {
        var count = _changes == 1 ? "1 change" : $"{_changes} changes";
        var more = _remaining > 0 ? $" {_remaining} more are not listed." : "";
        notes.WriteLine(isTrial ? $"{count} would be made.{more}" : $"{count} made.");
    }

    void Write(string project, string what, IReadOnlyList<string> subjects)
    {
        foreach (var subject in subjects)
            output.WriteLine(ControlCharacters.Escape($"{project}: {what} {subject}"));
        _changes += subjects.Count;
    }
}
