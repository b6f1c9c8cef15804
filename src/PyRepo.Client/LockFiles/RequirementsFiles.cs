using PyRepo.Packaging.Requirements;
using PyRepo.Resources.Problems;

namespace PyRepo.Client.LockFiles;

/// <summary>
/// Reads pinned requirements, with the files that <c>-r</c> includes. What else a
/// <see href="https://pip.pypa.io/en/stable/reference/requirements-file-format/">requirements file</see> says is noted.
/// </summary>
/// <param name="content">Gets what is read.</param>
sealed class RequirementsFiles(LockContent content)
{
    static readonly string[] _includes = ["-r", "--requirement"];

    /// <summary>The files that were read, so that none is read twice and no circle is endless.</summary>
    readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Reads a file.</summary>
    public async Task ReadAsync(string path, string text, CancellationToken cancellationToken)
    {
        // A queue, because strangers may include files in a chain of any length.
        var open = new Queue<(string Path, string Text)>();
        if (_read.Add(Path.GetFullPath(path)))
            open.Enqueue((path, text));
        while (open.TryDequeue(out var file))
        {
            foreach (var line in RequirementLine.Split(file.Text))
            {
                var source = $"{file.Path}:{line.Number}";
                if (line.Text[0] != '-')
                    ReadRequirement(line, source);
                else if (IncludedBy(line.Text) is not { } included)
                    content.Notes.Add($"{source}: {GetOption(line.Text)} is ignored.");
                else if (await OpenAsync(included, file.Path, source, cancellationToken) is { } next)
                    open.Enqueue(next);
            }
        }
    }

    /// <summary>Opens an included file, unless it was read.</summary>
    async Task<(string Path, string Text)?> OpenAsync(
        string included, string from, string source, CancellationToken cancellationToken)
    {
        if (included.Contains("://", StringComparison.Ordinal))
        {
            content.Problems.Add($"{source}: the file to include is a URL, skipped. Download it first.");
            return null;
        }
        var path = Path.Combine(Path.GetDirectoryName(from) ?? "", included);
        if (!_read.Add(Path.GetFullPath(path)))
            return null;
        return await LockFile.TryReadTextAsync(path, $"{source}: {Quote.Path(path)}", content, cancellationToken)
            is { } text ? (path, text) : null;
    }

    void ReadRequirement(RequirementLine line, string source)
    {
        if (Requirement.TryParse(line.Requirement, out var found) && found.Url is not null)
        {
            content.Notes.Add($"{source}: {found.Project} comes from no index (URL), skipped.");
            return;
        }
        if (!Requirement.TryParse(line.Requirement, out var requirement) || GetPin(requirement) is not { } version)
        {
            content.Problems.Add($"{source}: {Quote.Text(line.Requirement.Trim())} is not pinned, skipped. "
                + "Pin it as NAME==VERSION.");
            return;
        }
        var hashes = new List<LockedHash>();
        var isReadable = true;
        foreach (var hash in line.Hashes)
        {
            if (LockedHash.TryParse(hash, out var locked, out var problem))
                hashes.Add(locked);
            else
                isReadable = Fail($"{source}: the hash {Quote.Text(hash)} of {requirement.Project} {problem}.");
        }
        // Without its hashes, a line would mean all files of the version.
        if (isReadable || hashes.Count > 0)
            content.Entries.Add(new LockEntry.Release(requirement.Project, version, [.. hashes.Distinct()]));
    }

    bool Fail(string problem)
    {
        content.Problems.Add(problem);
        return false;
    }

    /// <summary>The version of <c>name==version</c>, or null if other versions are allowed, too.</summary>
    static string? GetPin(Requirement requirement)
    {
        var specifier = requirement.Specifier.ToString();
        return requirement.Url is not null || specifier.Contains(',', StringComparison.Ordinal)
            || !specifier.StartsWith("==", StringComparison.Ordinal)
            || specifier.EndsWith(".*", StringComparison.Ordinal)
                ? null : specifier.TrimStart('=').Trim();
    }

    /// <summary>The file that an option includes, or null for another option.</summary>
    static string? IncludedBy(string line) => GetOption(line) is var option && _includes.Contains(option)
        ? line[option.Length..].TrimStart(' ', '\t', '=').Trim().Trim('"', '\'') : null;

    /// <summary>
    /// The name of an option. Its value may be a password, or follow without a space: <c>-rother.txt</c>.
    /// </summary>
    static string GetOption(string line)
    {
        var length = line.StartsWith("--", StringComparison.Ordinal)
            ? line.AsSpan().IndexOfAny(" \t=") : Math.Min(2, line.Length);
        return Quote.Bare(length < 0 ? line : line[..length]);
    }
}
