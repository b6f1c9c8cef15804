namespace EndToEnd.Browser;

/// <summary>The browser of the tests: Debian's package <c>chromium-headless-shell</c>, which takes less than half of the
/// CPU, or <c>chromium</c>, or the program that PYREPO_CHROMIUM names.</summary>
static class Chromium
{
    static readonly string[] _names = ["chromium-headless-shell", "chromium"];

    /// <summary>Why a test is skipped without it.</summary>
    public const string Missing =
        "Chromium is missing: ./dev test browser installs it, or set PYREPO_CHROMIUM to its program.";

    /// <summary>Its program, or null if it is missing.</summary>
    public static string? Program { get; } = Find();

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PYREPO_CHROMIUM") is { Length: > 0 } chosen)
            return File.Exists(chosen) ? chosen : null;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return _names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
