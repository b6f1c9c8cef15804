using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EndToEnd.Crashes;

/// <summary>
/// How long a crash test takes, and what came of it: one line for each in artifacts/crashes.txt. It is short unless
/// PYREPO_CRASHES is "full" or PYREPO_CRASHES_ROUNDS says how long.
/// </summary>
/// <param name="name">How its line begins.</param>
/// <param name="full">How many rounds the full one has.</param>
public sealed class CrashRun(string name, int full)
{
    const int Short = 40;

    /// <summary>How often to kill.</summary>
    public int Rounds { get; } = Number("PYREPO_CRASHES_ROUNDS") ?? (IsFull ? full : Short);

    /// <summary>Whether all is tried that can be.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("PYREPO_CRASHES") == "full";

    /// <summary>What all that is random is made of.</summary>
    public int Seed { get; } = Number("PYREPO_CRASHES_SEED") ?? RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>Writes its line, in the place of the one of the last time.</summary>
    public void Report(string what)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Name != "artifacts")
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run from artifacts.");
        var path = Path.Combine(folder.FullName, "crashes.txt");
        var others = File.Exists(path)
            ? File.ReadAllLines(path).Where(line => !line.StartsWith(name + ": ", StringComparison.Ordinal))
            : [];
        File.WriteAllLines(
            path, [.. others, string.Create(CultureInfo.InvariantCulture, $"{name}: seed {Seed}, {what}")]);
    }

    /// <summary>
    /// What a request ends with whose server was killed. HttpClient lets the socket's own exception through when the
    /// connection breaks in the moment in which it is made.
    /// </summary>
    public static bool IsOfAKill(Exception error) =>
        error is HttpRequestException or SocketException or IOException or OperationCanceledException;

    static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number : null;
}
