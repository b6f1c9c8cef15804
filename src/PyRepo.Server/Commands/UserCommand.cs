using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Server.Access;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo user</c></summary>
static class UserCommand
{
    const string Alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const int GeneratedLength = 24;

    /// <summary>Creates the command for the command line.</summary>
    public static Command Create() =>
        new("user", "Write htpasswd lines for the Secret that usersSecretRef names.") { CreateAdd() };

    static Command CreateAdd()
    {
        var name = new Argument<string>("NAME") { Description = "The user's name." };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= 256 } user || user.Contains(':')
                || user.Any(char.IsControl) || user[0] == '#' || user.Any(char.IsWhiteSpace))
            {
                result.AddError("NAME is not a user name: it cannot contain ':' or spaces.");
            }
        });
        var file = new Option<string?>("--htpasswd")
        {
            Description = "The file to add the user to, or to change the password in. Without it, the line is printed.",
            HelpName = "FILE",
        };
        var generate = new Option<bool>("--generate")
        {
            Description = "Generate a password, and print it to standard error.",
        };
        var command = new Command("add", "Read a password from a prompt or standard input, and hash it with bcrypt.")
        {
            name, file, generate,
        };
        command.SetAction(parsed =>
            Add(parsed.GetRequiredValue(name), parsed.GetValue(file), parsed.GetValue(generate)));
        return command;
    }

    static int Add(string user, string? file, bool isGenerated)
    {
        try
        {
            var password = isGenerated
                ? RandomNumberGenerator.GetString(Alphabet, GeneratedLength) : Passwords.ReadNew(user);
            if (string.IsNullOrEmpty(password))
                return Fail(password is null ? "The passwords differ. Nothing was written." : "There is no password.");
            var line = $"{user}:{Crypt.HashNew(password)}";
            if (isGenerated)
                Console.Error.WriteLine(password);
            if (file is null)
                Console.Out.WriteLine(line);
            else
                Write(file, user, line);
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Fail(error.Message);
        }
    }

    /// <summary>Writes a file as a whole, so that nobody reads half of it. A new one is only for its owner.</summary>
    static void Write(string file, string user, string line)
    {
        var exists = File.Exists(file);
        var others = exists
            ? File.ReadAllLines(file).Where(each => !each.TrimStart().StartsWith($"{user}:", StringComparison.Ordinal))
            : [];
        AtomicFile.Write(
            file, Encoding.UTF8.GetBytes(string.Concat(others.Append(line).Select(each => $"{each}\n"))),
            exists ? File.GetUnixFileMode(file) : UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
