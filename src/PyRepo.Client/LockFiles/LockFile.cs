using System.Text;
using System.Text.RegularExpressions;

namespace PyRepo.Client.LockFiles;

/// <summary>
/// Reads lock files: <c>uv.lock</c>, <c>pylock.toml</c>, <c>poetry.lock</c>, <c>pdm.lock</c>, and pinned requirements
/// as pip-compile, <c>uv export</c> and <c>pip freeze</c> write them.
/// </summary>
static partial class LockFile
{
    /// <summary>The maximum length of a lock file in bytes. Those of large applications have few MiB.</summary>
    public const int MaxLength = 64 << 20;

    static readonly string[] _tomlNames = ["uv.lock", "poetry.lock", "pdm.lock"];

    /// <summary>Reads lock files, with the requirements files that they include.</summary>
    public static async Task<LockContent> ReadAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var content = new LockContent();
        var requirements = new RequirementsFiles(content);
        foreach (var path in paths)
        {
            if (await TryReadTextAsync(path, path, content, cancellationToken) is not { } text)
                continue;
            if (IsToml(Path.GetFileName(path), text))
                TomlLock.Read(path, text, content);
            else
                await requirements.ReadAsync(path, text, cancellationToken);
        }
        return content;
    }

    /// <summary>Returns the text of a file, or reports why there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">The origin of its name: itself, or the line that includes it.</param>
    /// <param name="content">Gets the problem.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<string?> TryReadTextAsync(
        string path, string source, LockContent content, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(path))
                content.Problems.Add($"{source}: it is a folder, not a lock file. Skipped.");
            else if (new FileInfo(path).Length > MaxLength)
                content.Problems.Add($"{source}: it has more than {MaxLength >> 20} MiB, skipped. Is it a lock file?");
            else
                return await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            content.Problems.Add($"{source}: it cannot be read: {error.Message}");
        }
        return null;
    }

    /// <summary>Whether a file is TOML, by its name or else by its first line that says something.</summary>
    static bool IsToml(string name, string text)
    {
        if (name.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) || _tomlNames.Contains(name))
            return true;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (!trimmed.IsEmpty && trimmed[0] != '#')
                return trimmed[0] == '[' || KeyAndEquals.IsMatch(trimmed);
        }
        return false;
    }

    [GeneratedRegex(@"^[""'A-Za-z_][\w-]*[""']?\s*=(?!=)", RegexOptions.CultureInvariant)]
    static partial Regex KeyAndEquals { get; }
}
