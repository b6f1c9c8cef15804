using System.CommandLine;
using PyRepo.Client.LockFiles;
using PyRepo.Client.Warming;
using PyRepo.Resources.Values;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo warm</c></summary>
static class WarmCommand
{
    const int DefaultParallel = 8;
    const int MaxParallel = 64;

    /// <summary>Where pip and uv look for their index.</summary>
    static readonly string[] _variables = ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"];

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var files = new Argument<string[]>("LOCKFILE")
        {
            Description = "uv.lock, pylock.toml, poetry.lock, pdm.lock, or pinned requirements.",
            Arity = ArgumentArity.OneOrMore,
        };
        var index = new Option<string?>("--index-url", "-i")
        {
            Description = $"The index to fetch from, as pip takes it. Default: {string.Join(", ", _variables)}.",
            HelpName = "URL",
        };
        var user = new Option<string?>("--user", "-u")
        {
            Description = "Your user name, if --index-url has none. "
                + $"The password comes from {Passwords.Variable}, or a prompt.",
            HelpName = "NAME",
        };
        var parallel = new Option<int>("--parallel")
        {
            Description = "How many files to fetch at once.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultParallel,
        };
        parallel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MaxParallel)
                result.AddError($"--parallel must be from 1 to {MaxParallel}.");
        });
        var command = new Command(
            "warm", "Fetch the files of lock files through an index, so that a proxy caches them.")
        {
            files, index, user, parallel,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(files), parsed.GetValue(index), parsed.GetValue(user), parsed.GetValue(parallel),
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(
        string[] files, string? url, string? user, int parallel, CancellationToken cancellationToken)
    {
        if (Find(url, out var problem) is not { } index)
        {
            await Console.Error.WriteLineAsync($"pyrepo: {problem}");
            return UsageErrors.ExitStatus;
        }
        if (user is not null)
            index = index.As(user, Passwords.Read(user));
        var content = await LockFile.ReadAsync(files, cancellationToken);
        Report(content.Notes.Select(note => $"note: {note}"));
        Report(content.Problems);
        var progress = new WarmProgress();
        using var client = new IndexClient(index, parallel, TimeProvider.System);
        try
        {
            var result = await new Warmer(client, parallel, progress).RunAsync(content.Entries, cancellationToken);
            progress.End();
            return Report(result, content.Problems.Count);
        }
        catch (IndexException error)
        {
            progress.End();
            Report([$"{index}: {error.Message} Nothing more was fetched."]);
            return 1;
        }
    }

    /// <summary>
    /// Returns the index of the option or of the environment. No message repeats a URL: it may have a password.
    /// </summary>
    static IndexAddress? Find(string? url, out string problem)
    {
        var (name, text) = _variables.Select(each => (each, Environment.GetEnvironmentVariable(each)))
            .Prepend(("--index-url", url)).FirstOrDefault(pair => !string.IsNullOrWhiteSpace(pair.Item2));
        problem = text is null ? "--index-url is missing."
            : $"{name} is no http or https URL.";
        return text is not null && IndexAddress.TryParse(text, out var index) ? index : null;
    }

    static int Report(WarmResult result, int unread)
    {
        Report(result.Problems.Select(each => each.ToString()));
        var problems = result.Problems.Count + unread;
        Console.Out.WriteLine(
            $"Fetched {result.Files} {(result.Files == 1 ? "file" : "files")}, {result.Bytes} bytes; "
            + $"{problems} {(problems == 1 ? "problem" : "problems")}.");
        return problems == 0 ? 0 : 1;
    }

    /// <summary>Writes lines, in which lock files and indexes choose names.</summary>
    static void Report(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            Console.Error.WriteLine(ControlCharacters.Escape(line));
    }
}

/// <summary>Shows how far <c>pyrepo warm</c> is.</summary>
sealed class WarmProgress : IWarmProgress
{
    readonly Lock _lock = new();
    ProgressBar _bar = new(0);
    long _bytes;

    /// <inheritdoc/>
    public void Start(int count)
    {
        lock (_lock)
        {
            _bar.End();
            _bar = new ProgressBar(count);
        }
    }

    /// <inheritdoc/>
    public void Finish(string what, long bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
            _bar.Advance($"{CopyProgress.Mebibytes(_bytes)} MiB {what}");
        }
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        lock (_lock)
            _bar.End();
    }
}
