using System.Text;

namespace PyRepo.Server.Commands;

/// <summary>Reads passwords. None is an argument: other users of the machine could see it.</summary>
static class Passwords
{
    /// <summary>The environment variable with the password for a server.</summary>
    public const string Variable = "PYREPO_PASSWORD";

    /// <summary>The environment variable with the password for a second server, to which something is copied.</summary>
    public const string TargetVariable = "PYREPO_TO_PASSWORD";

    /// <summary>Returns the password for a second server, in the same way.</summary>
    public static string ReadForTarget(string user) => Read(user, TargetVariable, " there");

    /// <summary>
    /// Returns the password of the environment variable, else the first line of standard input, which is not shown
    /// while it is typed.
    /// </summary>
    /// <param name="user">Whose password it is.</param>
    public static string Read(string user) => Read(user, Variable, "");

    static string Read(string user, string variable, string where)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
            return given;
        if (Console.IsInputRedirected)
            return Console.In.ReadLine() ?? "";
        return Ask($"Password of {user}{where}: ");
    }

    /// <summary>Returns a new password: the first line of standard input, or what is typed twice.</summary>
    /// <returns>The password, or null if the second one differs from the first.</returns>
    public static string? ReadNew(string user)
    {
        if (Console.IsInputRedirected)
            return Console.In.ReadLine() ?? "";
        var first = Ask($"New password of {user}: ");
        return Ask("Once more: ") == first ? first : null;
    }

    static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key is ConsoleKey.Backspace && typed.Length > 0)
                typed.Length--;
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
