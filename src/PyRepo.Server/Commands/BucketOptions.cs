using System.CommandLine;

namespace PyRepo.Server.Commands;

/// <summary>The options that say which bucket.</summary>
static class BucketOptions
{
    /// <summary><c>--prefix PREFIX</c></summary>
    public static Option<string?> Prefix() => new("--prefix")
    {
        Description = "The prefix of the repository's objects, if the bucket has others, too.",
        HelpName = "PREFIX",
    };

    /// <summary>Returns a prefix as the server uses it: with a slash at its end, or empty.</summary>
    public static string WithSlash(string? prefix) =>
        string.IsNullOrEmpty(prefix) ? "" : prefix.EndsWith('/') ? prefix : $"{prefix}/";
}
