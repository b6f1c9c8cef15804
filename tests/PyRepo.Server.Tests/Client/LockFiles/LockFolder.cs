using PyRepo.Client.LockFiles;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Client.LockFiles;

/// <summary>A folder of lock files.</summary>
public sealed class LockFolder : IDisposable
{
    readonly TemporaryFolder _folder = new();

    /// <summary>SHA-256 hashes in which a letter is repeated.</summary>
    public static string Sha256(char digit) => $"sha256:{new string(digit, 64)}";

    /// <summary>Writes a file.</summary>
    public string Write(string name, string text) => _folder.Write(name, text);

    /// <summary>Writes and reads a file.</summary>
    internal Task<LockContent> ReadAsync(string name, string text) =>
        LockFile.ReadAsync([Write(name, text)], CancellationToken.None);

    /// <summary>
    /// Tells in a line each what is locked: <c>project file hash size</c> or <c>project==version hashes</c>. A hash is
    /// told by its first digit.
    /// </summary>
    internal static IEnumerable<string> Describe(LockContent content) => content.Entries.Select(entry => entry switch
    {
        LockEntry.File file => $"{file.Project} {file.FileName} {file.Hash?.Hex[0]} {file.Size}".TrimEnd(),
        LockEntry.Release release => $"{release.Project}=={release.Version} "
            + string.Concat(release.Hashes.Select(hash => hash.Hex[0])),
        _ => "",
    });

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
