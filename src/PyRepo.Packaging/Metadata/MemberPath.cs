using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Packaging.Metadata;

/// <summary>The paths of archive members.</summary>
static class MemberPath
{
    const int MaxShownLength = 200;

    /// <summary>Checks the length of a path. It comes before all that takes one apart, which costs more.</summary>
    /// <exception cref="ArchiveException">It is too long.</exception>
    public static void CheckLength(string path, string what)
    {
        if (path.Length > ArchiveLimits.MaxPathLength)
            throw new ArchiveException(
                $"The member {Show(path)} has a {what} of {path.Length} characters; at most "
                + $"{ArchiveLimits.MaxPathLength} are allowed.");
    }

    /// <summary>Checks that a path has no NUL, where Python cuts it off, and other programs do not.</summary>
    /// <exception cref="ArchiveException">It has one.</exception>
    public static void RequireNoNul(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArchiveException($"The member {Show(path)} has a NUL in its name.");
    }

    /// <exception cref="ArchiveException">The path is too long, or the member would be extracted outside the target
    /// folder.</exception>
    public static void Check(string path)
    {
        CheckLength(path, "name");
        var isOutside = path.Length == 0
            || path[0] == '/'
            || path.AsSpan().ContainsAny('\\', '\0')
            || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]))
            || HasSegment(path, segment => segment is "..");
        if (isOutside)
            throw new ArchiveException($"The member \"{Show(path)}\" would be unpacked outside its folder.");
    }

    /// <summary>Returns the first segment of the path.</summary>
    public static string Top(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? path : path[..slash];
    }

    /// <summary>Removes empty and <c>.</c> segments, as a file system does.</summary>
    public static string Normalize(string path) =>
        !HasSegment(path, segment => segment is "" or ".")
            ? path
            : string.Join('/', path.Split('/').Where(segment => segment is not ("" or ".")));

    /// <summary>Whether the path is a file with this name directly below a top-level directory.</summary>
    public static bool IsBelowTop(string path, string name) =>
        path.Length == Top(path).Length + 1 + name.Length && path.EndsWith("/" + name, StringComparison.Ordinal);

    /// <summary>Returns 128 bits that identify a path.</summary>
    public static UInt128 GetIdentity(string path)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(path), digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    /// <summary>Returns a path as it is shown in an error message: short, and on one line.</summary>
    public static string Show(string path)
    {
        var shown = string.Concat(path.Take(MaxShownLength)
            .Select(letter => char.IsControl(letter) ? $"\\x{(int)letter:x2}" : letter.ToString()));
        return path.Length > MaxShownLength || shown.Length > MaxShownLength
            ? string.Concat(shown.AsSpan(0, MaxShownLength), "...") : shown;
    }

    static bool HasSegment(ReadOnlySpan<char> path, Predicate<ReadOnlySpan<char>> match)
    {
        foreach (var segment in path.Split('/'))
        {
            if (match(path[segment]))
                return true;
        }
        return false;
    }
}
