using System.CommandLine;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Values;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo policy replay</c></summary>
static class PolicyCommand
{
    static readonly Duration _since = Duration.FromDays(30);

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create() =>
        new("policy", "Try a policy before it is enforced.") { CreateReplay() };

    static Command CreateReplay()
    {
        var manifests = ManifestOptions.Files();
        var since = new Option<Duration>("--since")
        {
            Description = "How far back.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => _since,
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
                if (Duration.TryParse(text, out var duration))
                    return duration;
                result.AddError($"--since: '{text}' is not a duration, such as {_since}.");
                return default;
            },
        };
        var user = new Option<string?>("--user", "-u")
        {
            Description = "Your user name, if the proxy has users. "
                + $"The password comes from {Passwords.Variable}, or a prompt.",
            HelpName = "NAME",
        };
        var url = ServerOptions.Url(isRequired: false);
        url.Description = "The proxy's URL. Default: the proxy of this name on a local server.";
        var command = new Command(
            "replay", "List the recorded downloads that the policy of a ProxyRepository would have refused.")
        {
            manifests, since, url, user,
        };
        command.SetAction((parsed, cancellationToken) => ReplayAsync(
            parsed.GetRequiredValue(manifests), parsed.GetValue(since), parsed.GetValue(url),
            parsed.GetValue(user), cancellationToken));
        return command;
    }

    static async Task<int> ReplayAsync(
        string[] manifests, Duration since, Uri? url, string? user, CancellationToken cancellationToken)
    {
        var files = ManifestFiles.Load(manifests, RegularFile.Exists);
        var set = files.Read();
        if (Find(set) is not { } proxy)
            return set.Problems.IsEmpty ? UsageErrors.ExitStatus : 1;
        var repository = url ?? new Uri($"http://{ServeCommand.DefaultListen}/{proxy.Metadata.Name}/");
        return await ClientCommand.RunAsync(repository, user, async client => ReplayTable.Write(
            await client.PostAsync(
                $"policy/replay?since={since}", PolicyExcerpt.Write(files.Sources), ApiJson.Default.ReplayView,
                cancellationToken),
            Console.Out, Console.Error));
    }

    /// <summary>
    /// Returns the one proxy of the manifests, or says what is wrong. What they refer to may be elsewhere: only the
    /// policy is replayed.
    /// </summary>
    static ProxyRepository? Find(ManifestSet set)
    {
        foreach (var problem in set.Problems)
            Console.Error.WriteLine(ControlCharacters.Escape(problem.ToString()));
        if (!set.Problems.IsEmpty)
            return null;
        if (set.Resources.OfType<ProxyRepository>().ToList() is [var only])
            return only;
        Console.Error.WriteLine(
            "pyrepo: -f must name one ProxyRepository, the one whose policy is replayed; other resources do not matter.");
        return null;
    }
}
