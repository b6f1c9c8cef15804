using System.Buffers;
using System.Collections.Immutable;

namespace PyRepo.Server.Endpoints.Web.Clients;

/// <summary>
/// A command to paste into a POSIX shell. Each argument reaches the tool as it is, whatever characters it has.
/// </summary>
/// <param name="Tool">The program.</param>
/// <param name="Arguments">Its arguments, without quotes.</param>
sealed record ShellCommand(string Tool, ImmutableArray<string> Arguments)
{
    static readonly SearchValues<char> _plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-");

    /// <summary>A last word that the shell expands itself, such as <c>dist/*</c>; nothing if there is none.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Writes the command.</summary>
    /// <exception cref="ArgumentException">
    /// An argument has a control character: a terminal would take a pasted line break for the end of the command.
    /// </exception>
    public override string ToString() =>
        string.Join(' ', [Tool, .. Arguments.Select(Quote), .. Pattern.Length > 0 ? [Pattern] : Array.Empty<string>()]);

    /// <summary>Quotes an argument if a shell would change it.</summary>
    /// <exception cref="ArgumentException">It has a control character.</exception>
    public static string Quote(string argument)
    {
        if (argument.Any(char.IsControl))
            throw new ArgumentException("A command cannot have control characters.", nameof(argument));
        return argument.Length > 0 && !argument.AsSpan().ContainsAnyExcept(_plain)
            ? argument : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
