using System.Collections.Concurrent;

namespace EndToEnd.Clients;

/// <summary>
/// The Python clients: those of the assets, each installed once, in a virtual environment of its own, and Debian's own.
/// A client of the assets is named as <c>install.sh --list</c> does (<c>twine</c>, <c>pip-19.3</c>), one of Debian's
/// <c>debian/twine</c>.
/// </summary>
public static class PythonClients
{
    const string OfDebian = "debian/";
    const string DebianFolder = "/usr/bin";

    static readonly ConcurrentDictionary<string, Task<string>> _folders = new(StringComparer.Ordinal);

    /// <summary>The folder of the programs of a client of the assets.</summary>
    public static Task<string> FolderOfAsync(string client) => _folders.GetOrAdd(client, InstallAsync);

    /// <summary>The program that a client is run by.</summary>
    public static async Task<string> ProgramOfAsync(string client) =>
        client.StartsWith(OfDebian, StringComparison.Ordinal)
        ? Path.Combine(DebianFolder, client[OfDebian.Length..])
        : Path.Combine(await FolderOfAsync(client), ProgramName(client));

    /// <summary>What a client is, whatever its version and origin: <c>twine</c>, <c>pip</c>.</summary>
    public static string GetKind(string client) => client.Replace(OfDebian, "", StringComparison.Ordinal).Split('-')[0];

    /// <summary>Why a program of Debian's cannot be run; null: it can.</summary>
    /// <param name="client">The client; one of the assets has no need of Debian's.</param>
    /// <param name="package">The package that it comes with.</param>
    public static string? MissingOfDebian(string client, string? package)
    {
        if (!client.StartsWith(OfDebian, StringComparison.Ordinal))
            return null;
        var program = Path.Combine(DebianFolder, client[OfDebian.Length..]);
        return File.Exists(program) ? null : $"{program} is missing: apt-get install {package}.";
    }

    static string ProgramName(string client) => client switch
    {
        "build" => "pyproject-build",
        "pip-tools" => "pip-compile",
        "backends" => "python",
        _ => GetKind(client),
    };

    static async Task<string> InstallAsync(string client)
    {
        var installed = await new ProgramRun(Assets.GetPath("python", "install.sh"), client).RunAsync();
        return installed.MustSucceed().Output.Trim();
    }
}
