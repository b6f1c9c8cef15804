namespace PyRepo.Testing;

/// <summary>Finds test data that is too large for this repository: the folder in the environment variable
/// PYREPO_ASSETS, else <c>shared/assets</c> beside a folder above the tests.</summary>
public static class Assets
{
    /// <summary>Why a test is skipped without the assets.</summary>
    public const string Missing =
        "The test assets are missing: set PYREPO_ASSETS to their folder (see \"Assets\" in CONTRIBUTING.md).";

    /// <summary>A file or folder of the test data, by its path there; null where it is missing.</summary>
    public static string? Find(string path)
    {
        foreach (var folder in Candidates())
        {
            var found = Path.Combine(folder, path);
            if (Path.Exists(found))
                return found;
        }
        return null;
    }

    static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("PYREPO_ASSETS") is { Length: > 0 } folder)
        {
            yield return folder;
            yield break;
        }
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
            yield return Path.Combine(above.FullName, "shared", "assets");
    }
}
