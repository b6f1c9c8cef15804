using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Server.Access;

/// <summary>
/// Computes <c>$apr1$</c> hashes, which <c>htpasswd</c> creates by default and libcrypt does not know. They are
/// md5-crypt hashes with another prefix
/// (<see href="https://httpd.apache.org/docs/2.4/misc/password_encryptions.html">Password Formats</see>).
/// </summary>
static class ApacheMd5
{
    const string Prefix = "$apr1$";
    const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int MaxSaltLength = 8, DigestLength = 22, Rounds = 1000;

    /// <summary>Returns whether a hash has this scheme.</summary>
    public static bool Knows(string hash) =>
        hash.StartsWith(Prefix, StringComparison.Ordinal)
        && hash[Prefix.Length..].Split('$') is [{ Length: > 0 and <= MaxSaltLength }, { Length: DigestLength } digest]
        && digest.All(c => Alphabet.Contains(c, StringComparison.Ordinal));

    /// <summary>Returns the hash of a password with the salt of another hash, which has this scheme.</summary>
    public static string Hash(string password, string setting)
    {
        var salt = setting[Prefix.Length..setting.IndexOf('$', Prefix.Length)];
        return $"{Prefix}{salt}${Encode(Digest(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt)))}";
    }

    static byte[] Digest(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(password);
        md5.AppendData(salt);
        md5.AppendData(password);
        var alternate = md5.GetHashAndReset();

        md5.AppendData(password);
        md5.AppendData(Encoding.ASCII.GetBytes(Prefix));
        md5.AppendData(salt);
        for (var left = password.Length; left > 0; left -= alternate.Length)
            md5.AppendData(alternate.AsSpan(0, Math.Min(left, alternate.Length)));
        for (var bits = password.Length; bits != 0; bits >>= 1)
            md5.AppendData((bits & 1) != 0 ? [0] : password[..1]);
        var digest = md5.GetHashAndReset();

        for (var round = 0; round < Rounds; round++)
        {
            md5.AppendData((round & 1) != 0 ? password : digest);
            if (round % 3 != 0)
                md5.AppendData(salt);
            if (round % 7 != 0)
                md5.AppendData(password);
            md5.AppendData((round & 1) != 0 ? digest : password);
            digest = md5.GetHashAndReset();
        }
        return digest;
    }

    static string Encode(byte[] digest)
    {
        var text = new StringBuilder(DigestLength);
        foreach (var (a, b, c) in ((int, int, int)[])[(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)])
            Append(text, (digest[a] << 16) | (digest[b] << 8) | digest[c], 4);
        Append(text, digest[11], 2);
        return text.ToString();
    }

    static void Append(StringBuilder text, int value, int count)
    {
        for (; count > 0; count--, value >>= 6)
            text.Append(Alphabet[value & 63]);
    }
}
