using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>What is in a repository's folder or bucket besides the bytes that the server wrote.</summary>
/// <param name="Files">The files that others put there, adopted or not.</param>
/// <param name="Skipped">What is in the place of a file but is none, and folders that cannot be read.</param>
sealed record PackageListing(IReadOnlyList<StoredObject> Files, IReadOnlyList<SkippedEntry> Skipped)
{
    /// <summary>Whether a key was listed, or is below a folder that may not be read at the moment.</summary>
    public bool MayHave(string key) =>
        _keys.Contains(key)
        || Skipped.Any(s => s.Name.EndsWith('/') && key.StartsWith(s.Name, StringComparison.Ordinal));

    readonly HashSet<string> _keys = Files.Select(file => file.Key).ToHashSet(StringComparer.Ordinal);
}
