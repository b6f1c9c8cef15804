using System.Security.Cryptography;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>
/// The generated secrets of a laptop, readable only by their owner: the password of the user <c>publisher</c> in
/// <c>DIR/.credentials/NAME</c>, and a key that signs tokens.
/// </summary>
static class CredentialsFile
{
    const string Alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const int Length = 24;
    const int KeyBytes = 32;

    /// <summary>Returns the path of a repository's password.</summary>
    public static string GetPath(string data, string name) => Path.Combine(data, ".credentials", name);

    /// <summary>Returns the password, and creates it first if there is none.</summary>
    public static string ReadOrCreate(string data, string name)
    {
        var path = GetPath(data, name);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } existing)
            return existing;
        var password = RandomNumberGenerator.GetString(Alphabet, Length);
        Write(path, password);
        return password;
    }

    /// <summary>
    /// Returns the key that signs tokens on a laptop, and creates it first if there is none. No repository has this
    /// name.
    /// </summary>
    public static byte[] ReadOrCreateSigningKey(string data)
    {
        var path = GetPath(data, ".signing-key");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: 2 * KeyBytes } existing)
            return Convert.FromHexString(existing);
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        Write(path, Convert.ToHexStringLower(key));
        return key;
    }

    static void Write(string path, string secret)
    {
        Directory.CreateDirectory(
            Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write(
            path, System.Text.Encoding.ASCII.GetBytes(secret + "\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
