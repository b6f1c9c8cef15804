using System.CommandLine;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo recall</c></summary>
static class RecallCommand
{
    /// <summary>The exit status if the answer lacks something, as of <c>pyrepo recall</c>.</summary>
    const int Incomplete = 3;

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var release = new Argument<string?>("PROJECT[==VERSION]")
        {
            Description = "What was downloaded.",
            Arity = ArgumentArity.ZeroOrOne,
        };
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
        var user = ForwardedApi.CreateUserOption();
        var command = target.AddTo(new Command(
            "recall", "List who downloaded a release, from the download log. Exit status 3: the answer is incomplete.")
        {
            release, advisory, since, user,
        });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var path = GetPath(parsed.GetValue(release), parsed.GetValue(advisory), parsed.GetValue(since));
            var found = await target.FindAsync(parsed, cancellationToken);
            using var api = await ForwardedApi.OpenAsync(found, parsed.GetValue(user), cancellationToken);
            var (table, headers) = await api.GetAsync(path, cancellationToken);
            PluginCommand.Print(table);
            return headers.TryGetValues("PyRepo-Complete", out var complete) && complete.Single() == "true"
                ? 0 : Incomplete;
        });
        return command;
    }

    /// <summary>Returns the path below <c>api/v1/</c>. The server says what is wrong with it.</summary>
    static string GetPath(string? release, string? advisory, string? since)
    {
        var parts = release?.Split("==", 2);
        (string Name, string? Value)[] parameters =
        [
            ("project", parts?[0]), ("version", parts is [_, var version] ? version : null), ("advisory", advisory),
            ("since", since), ("format", "table"),
        ];
        return "downloads?" + string.Join('&', parameters.Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!.Trim())}"));
    }
}
