using System.IO.Enumeration;
using System.Text;

namespace PyRepo.Storage.Directories;

/// <summary>
/// Lists the regular files below a folder. Names that start with a dot are hidden. Names that are not keys, links and
/// special files are skipped.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="prefix">The prefix of the keys to list.</param>
/// <param name="skip">Returns whether to skip everything below a folder.</param>
/// <param name="skipped">
/// Receives what is skipped for another reason than <paramref name="skip"/>. If it is null, a folder that may not be
/// read ends the listing with an exception.
/// </param>
public sealed class DirectoryListing(
    string root, string prefix, Predicate<ReadOnlySpan<char>>? skip, Action<SkippedEntry>? skipped)
{
    const int MaxOnStack = 512;

    /// <summary>Whether a link directly in the root is followed, because an administrator may put it there.</summary>
    public bool FollowsLinksInRoot { get; init; }

    /// <summary>Returns the objects in ordinal order of their keys.</summary>
    /// <exception cref="IOException">The medium failed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public IEnumerable<StoredObject> Objects() => ObjectsIn(root, "");

    IEnumerable<StoredObject> ObjectsIn(string folder, string keyOfFolder)
    {
        foreach (var key in KeysIn(folder, keyOfFolder))
        {
            var path = Path.Combine(folder, key[keyOfFolder.Length..].TrimEnd('/'));
            if (Find(key, path, keyOfFolder) is not { } found)
                continue;
            if (!found.IsFolder)
            {
                yield return found.ToObject(key);
                continue;
            }
            foreach (var below in ObjectsIn(path, key))
                yield return below;
        }
    }

    /// <summary>Returns what has a key, or null if it is skipped or has been removed meanwhile.</summary>
    FileStatus? Find(string key, string path, string keyOfFolder)
    {
        var found = FileStatus.From(path, followsLink: FollowsLinksInRoot && keyOfFolder.Length == 0 && IsFolder(key));
        if (ReasonToSkip(key, found) is { } reason)
        {
            skipped?.Invoke(new SkippedEntry(found is { IsFolder: true } ? key : key.TrimEnd('/'), reason));
            return null;
        }
        return found is { } entry && entry.IsFolder == IsFolder(key) ? found : null;
    }

    static string? ReasonToSkip(string key, FileStatus? found)
    {
        if (found is not { } entry)
        {
            // .NET replaces the bytes of a name that are not UTF-8, so it finds the name but not the file.
            return key.Contains('\ufffd', StringComparison.Ordinal)
                ? "Its name is not valid UTF-8. Rename it." : null;
        }
        if (entry.IsLink)
            return "It is a symbolic link. Links are not followed: copy or move the files here.";
        if (!entry.IsRegular && !entry.IsFolder)
            return "It is neither a file nor a folder.";
        if (StoreKey.IsValid(key.AsSpan().TrimEnd('/')))
            return null;
        return Encoding.UTF8.GetByteCount(key) > StoreKey.MaxLength
            ? $"Its path is longer than {StoreKey.MaxLength} bytes. Move it to a folder with a shorter name."
            : "Its name contains a backslash or a control character. Rename it.";
    }

    /// <summary>Returns the wanted keys in a folder, in order. The keys of folders end with a slash.</summary>
    /// <remarks>
    /// Adoption scans every few seconds. An unwanted entry costs neither memory nor a call to the kernel.
    /// </remarks>
    List<string> KeysIn(string folder, string keyOfFolder)
    {
        var keys = new List<string>();
        try
        {
            var found = new FileSystemEnumerable<string>(
                folder,
                (ref FileSystemEntry entry) => string.Concat(keyOfFolder, entry.FileName, entry.IsDirectory ? "/" : ""),
                new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    entry.FileName[0] != '.' && IsWanted(keyOfFolder, entry.FileName, entry.IsDirectory),
            };
            keys.AddRange(found);
        }
        catch (DirectoryNotFoundException)
        {
            // The folder has been removed since it was listed.
        }
        catch (UnauthorizedAccessException) when (skipped is not null && keyOfFolder.Length > 0)
        {
            skipped(new SkippedEntry(keyOfFolder, "The folder may not be read. Change its permissions."));
        }
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    bool IsWanted(string keyOfFolder, ReadOnlySpan<char> name, bool isFolder)
    {
        var length = keyOfFolder.Length + name.Length + (isFolder ? 1 : 0);
        var key = length <= MaxOnStack ? stackalloc char[length] : new char[length];
        keyOfFolder.CopyTo(key);
        name.CopyTo(key[keyOfFolder.Length..]);
        if (!isFolder)
            return key.StartsWith(prefix, StringComparison.Ordinal);
        key[^1] = '/';
        return CanContain(key) && skip?.Invoke(key) is not true;
    }

    bool CanContain(ReadOnlySpan<char> folderKey) =>
        folderKey.StartsWith(prefix, StringComparison.Ordinal)
            || prefix.StartsWith(folderKey, StringComparison.Ordinal);

    static bool IsFolder(string key) => key.EndsWith('/');
}
