using System.Security.Cryptography;

namespace PyRepo.Server.Configuration;

/// <summary>
/// The generated password of the user <c>publisher</c> on a laptop: <c>DIR/.credentials/NAME</c>, readable only by its
/// owner.
/// </summary>
static class CredentialsFile
{
    /// <summary>The user whose password is generated if a resource names no users.</summary>
    public const string User = "publisher";

    const string Alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const int Length = 24;

    /// <summary>Returns the path of a repository's password.</summary>
    public static string PathOf(string data, string name) => Path.Combine(data, ".credentials", name);

    /// <summary>Returns the password, and creates it first if there is none.</summary>
    public static string ReadOrCreate(string data, string name)
    {
        var path = PathOf(data, name);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } existing)
            return existing;
        Directory.CreateDirectory(
            Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var password = RandomNumberGenerator.GetString(Alphabet, Length);
        var temporary = $"{path}.{Environment.ProcessId}";
        using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(password + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        return password;
    }
}
