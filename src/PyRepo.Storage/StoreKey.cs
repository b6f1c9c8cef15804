using System.Buffers;
using System.Text;

namespace PyRepo.Storage;

/// <summary>The rules for keys, which are the same for every store.</summary>
public static class StoreKey
{
    /// <summary>The longest key, in bytes of UTF-8 (S3's limit).</summary>
    public const int MaxLength = 1024;

    static readonly SearchValues<char> _forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(c => (char)c), '\\', '\u007f']);

    /// <summary>
    /// Throws unless the key is a relative path of non-empty segments that do not start with a dot, without backslashes
    /// and control characters.
    /// </summary>
    /// <exception cref="ArgumentException"/>
    public static void Check(string key)
    {
        if (!IsValid(key))
        {
            throw new ArgumentException(
                $"'{key}' is not a key. A key is a relative path without '.', '..' or empty parts.", nameof(key));
        }
    }

    /// <summary>Returns the folders that a key is in, the outermost first; each ends with a slash.</summary>
    /// <param name="key">The key.</param>
    /// <param name="after">Folders that end before this index are left out.</param>
    public static IEnumerable<string> GetFolders(string key, int after)
    {
        for (var slash = key.IndexOf('/', after); slash >= 0; slash = key.IndexOf('/', slash + 1))
            yield return key[..(slash + 1)];
    }

    /// <summary>Whether the text is a valid key.</summary>
    public static bool IsValid(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty || key.ContainsAny(_forbidden) || Encoding.UTF8.GetByteCount(key) > MaxLength)
            return false;
        foreach (var range in key.Split('/'))
        {
            var segment = key[range];
            if (segment.IsEmpty || segment[0] == '.')
                return false;
        }
        return true;
    }
}
