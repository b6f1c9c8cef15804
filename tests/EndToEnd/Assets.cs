namespace EndToEnd;

/// <summary>
/// The test assets: real clients and real distributions, which lie beside the project and are no part of it. They are
/// where the environment variable PYREPO_ASSETS says, else in <c>shared/assets</c> beside an ancestor of the tests.
/// </summary>
public static class Assets
{
    /// <summary>The folder; null where there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>What a skipped test says.</summary>
    public const string Missing = 
        "The test assets are missing: set PYREPO_ASSETS to their folder (see \"Assets\" in CONTRIBUTING.md).";

    /// <summary>A path in the folder.</summary>
    public static string PathOf(params string[] parts) =>
        Path.Combine([Root ?? throw new InvalidOperationException(Missing), .. parts]);

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PYREPO_ASSETS") is { Length: > 0 } given)
            return Directory.Exists(given) ? Path.GetFullPath(given) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "assets");
            if (Directory.Exists(candidate))
                return candidate;
        }
        return null;
    }
}
