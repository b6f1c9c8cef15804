namespace EndToEnd.Browser;

/// <summary>The browser of the tests: Debian's package <c>chromium</c>, or the program that PYREPO_CHROMIUM names.
/// </summary>
static class Chromium
{
    /// <summary>Why a test is skipped without it.</summary>
    public const string Missing =
        "Chromium is missing: ./dev test browser installs it, or set PYREPO_CHROMIUM to its program.";

    /// <summary>Its program, or null if it is missing.</summary>
    public static string? Program { get; } = Find();

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PYREPO_CHROMIUM") is { Length: > 0 } chosen)
            return File.Exists(chosen) ? chosen : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);
    }
}
