using Xunit;

namespace PyRepo.Testing;

/// <summary>
/// The test assets, which are too large for this repository or belong to others: the folder in the environment variable
/// PYREPO_ASSETS, or else <c>shared/assets</c> next to the folder of the repository.
/// </summary>
public static class Assets
{
    /// <summary>Why a test is skipped without the assets.</summary>
    public const string Missing =
        "The test assets are missing: set PYREPO_ASSETS to their folder (\"Assets\" in CONTRIBUTING.md says how).";

    /// <summary>Their folder, or null if they are missing.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>A file or folder of the assets by its path there, or null if it is missing.</summary>
    public static string? Find(string path) =>
        Root is not null && Path.Combine(Root, path) is var found && Path.Exists(found) ? found : null;

    /// <summary>
    /// A path in their folder. Where they are missing, or the folder of theirs in which it is, the test that asks for it is
    /// skipped.
    /// </summary>
    public static string GetPath(params string[] parts)
    {
        Assert.SkipWhen(Root is null, Missing);
        if (parts is [var first, ..])
        {
            var folder = first.Split('/')[0];
            Assert.SkipUnless(
                Find(folder) is not null,
                $"The test assets in PYREPO_ASSETS lack '{folder}' (\"Assets\" in CONTRIBUTING.md).");
        }
        return Path.Combine([Root, .. parts]);
    }

    static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("PYREPO_ASSETS") is { Length: > 0 } folder)
            return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
        var beside = Path.GetFullPath(SourceTree.At("..", "shared", "assets"));
        return Directory.Exists(beside) ? beside : null;
    }
}
