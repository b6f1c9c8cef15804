using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.References;

namespace PyRepo.Server.Commands;

/// <summary>The options of commands that ask a running server.</summary>
static class ServerOptions
{
    /// <summary>The URL of a repository, which ends with a slash.</summary>
    public static Option<Uri?> Url(bool isRequired = true) => new("--url")
    {
        Description = "The repository's URL, the same as for uploads.",
        HelpName = "URL",
        Required = isRequired,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (TryParseUrl(text, out var url))
                return url;
            result.AddError($"--url {text}: that is not an http or https URL.");
            return null;
        },
    };

    /// <summary>Parses the URL of a repository. Returns false if it is no http or https URL.</summary>
    public static bool TryParseUrl(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out url)
        && url.Scheme is "http" or "https";

    /// <summary>The user's name.</summary>
    public static Option<string> User() => new("--user", "-u")
    {
        Description = $"Your user name. The password comes from {Passwords.Variable}, or a prompt.",
        HelpName = "NAME",
        DefaultValueFactory = _ => GeneratedSecret.User,
    };
}
