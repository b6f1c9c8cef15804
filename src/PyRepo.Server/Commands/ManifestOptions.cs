using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using PyRepo.Resources.Manifests;

namespace PyRepo.Server.Commands;

/// <summary>The options that several commands share.</summary>
static class ManifestOptions
{
    /// <summary><c>-f FILE_OR_FOLDER…</c></summary>
    public static Option<string[]> Files() => Checked(new("-f", "--file")
    {
        Description =
            "Files and folders of manifests, in the format that kubectl apply accepts. '-' is standard input.",
        HelpName = "FILE_OR_FOLDER",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    });

    /// <summary>Creates an option for manifests.</summary>
    public static Option<string[]> Manifests(string name, string description) => Checked(new(name)
    {
        Description = description,
        HelpName = "FILE_OR_FOLDER",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    });

    /// <summary>All words that follow are the option's values, so a misspelled option looks like a file.</summary>
    static Option<string[]> Checked(Option<string[]> files)
    {
        files.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(t => t.Value.StartsWith('-') && t.Value != StandardInput.Path) is { } token
                && result.Parent is CommandResult { Command: var command })
            {
                result.AddError(UsageErrors.UnknownWord(token.Value, command));
            }
        });
        return files;
    }

    /// <summary><c>--data DIR</c></summary>
    public static Option<string> Data() => new("--data")
    {
        Description = "The folder for the repositories' data.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "./data",
    };

    /// <summary>Creates an option for a file in PEM format.</summary>
    public static Option<string?> PemFile(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "FILE",
    };

    /// <summary><c>--management ADDRESS:PORT</c></summary>
    public static Option<IPEndPoint> Management(string description) =>
        Address("--management", description, "127.0.0.1:8081");

    /// <summary>Creates an option for a whole number of seconds.</summary>
    public static Option<int> Seconds(string name, string description, int defaultValue, int max) => new(name)
    {
        Description = description,
        HelpName = "SECONDS",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds <= max)
            {
                return seconds;
            }
            result.AddError($"{name}: '{text}' is not a number of seconds from 0 to {max}, such as {defaultValue}.");
            return 0;
        },
    };

    /// <summary>Creates an option for the addresses of proxies, which may be repeated.</summary>
    public static Option<IPNetwork[]> Networks(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "CIDR",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var networks = new List<IPNetwork>();
            foreach (var token in result.Tokens)
            {
                if (IPNetwork.TryParse(token.Value, out var network))
                    networks.Add(network);
                else if (IPAddress.TryParse(token.Value, out var address))
                    networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
                else
                    result.AddError($"{name}: '{token.Value}' is not an address or a CIDR such as 10.0.0.0/8.");
            }
            return [.. networks];
        },
    };

    /// <summary>Creates an option for an ADDRESS:PORT.</summary>
    public static Option<IPEndPoint> Address(string name, string description, string defaultValue) => new(name)
    {
        Description = description,
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => IPEndPoint.Parse(defaultValue),
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (text.Contains(':', StringComparison.Ordinal)
                && IPEndPoint.TryParse(
                    text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var address))
            {
                return address;
            }
            result.AddError($"{name}: '{text}' is not ADDRESS:PORT, such as {defaultValue}.");
            return null!;
        },
    };
}
