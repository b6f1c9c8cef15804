using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;

namespace PyRepo.Operator.Commands.Plugin;

/// <summary><c>kubectl pyrepo why</c></summary>
static class WhyCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var target = new PluginTarget();
        var project = new Argument<string>("PROJECT") { Description = "The project." };
        var version = new Argument<string>("VERSION") { Description = "The version." };
        var user = ForwardedApi.CreateUserOption();
        var command = target.AddTo(new Command(
            "why", "List the rules that hide a release's files, since when and until when.")
        {
            project, version, user,
        });
        command.Handle(async (parsed, cancellationToken) =>
        {
            var found = await target.FindAsync(parsed, cancellationToken);
            using var api = await ForwardedApi.OpenAsync(found, parsed.GetValue(user), cancellationToken);
            var (text, _) = await api.GetAsync(
                $"why/{Uri.EscapeDataString(parsed.GetRequiredValue(project))}/"
                + Uri.EscapeDataString(parsed.GetRequiredValue(version)),
                cancellationToken);
            PluginCommand.Print(Describe(JsonNode.Parse(text)!));
            return 0;
        });
        return command;
    }

    static string Describe(JsonNode explanation)
    {
        var text = new StringBuilder();
        foreach (var file in explanation["files"]?.AsArray() ?? [])
        {
            text.Append($"{file?["filename"]}  {((bool?)file?["visible"] is true ? "visible" : "hidden")}\n");
            foreach (var verdict in file?["verdicts"]?.AsArray() ?? [])
            {
                text.Append($"  {verdict?["rule"]}: {verdict?["reason"]}");
                text.Append(verdict?["since"] is { } since ? $", since {since}" : "");
                text.Append(verdict?["until"] is { } until ? $", until {until}\n" : "\n");
            }
        }
        return text.Length == 0 ? $"{explanation}\n" : text.ToString();
    }
}
