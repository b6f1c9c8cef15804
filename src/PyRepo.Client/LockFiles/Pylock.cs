using PyRepo.Packaging.Names;
using PyRepo.Resources.Problems;
using Tomlyn.Model;

namespace PyRepo.Client.LockFiles;

/// <summary>
/// Reads <see href="https://packaging.python.org/en/latest/specifications/pylock-toml/">pylock.toml</see>.
/// </summary>
static class Pylock
{
    /// <summary>Reads the packages of files.</summary>
    public static void Read(TomlTable document, string path, LockContent content)
    {
        foreach (var package in document.Tables("packages"))
        {
            if (!content.TryReadProject(package.Text("name"), path, out var project))
                continue;
            if (package.ContainsKey("vcs") || package.ContainsKey("directory"))
            {
                var kind = package.ContainsKey("vcs") ? "vcs" : "directory";
                content.Notes.Add($"{path}: {project} comes from no index ({kind}), skipped.");
                continue;
            }
            TomlTable?[] single = [package.Table("sdist"), package.Table("archive")];
            foreach (var file in package.Tables("wheels").Concat(single.OfType<TomlTable>()))
                Add(file, project, path, content);
        }
    }

    static void Add(TomlTable file, ProjectName project, string path, LockContent content)
    {
        var url = file.Text("url");
        var name = file.Text("name") ?? LockContent.GetFileName(url ?? file.Text("path"));
        if (url is null && file.ContainsKey("path"))
            content.Notes.Add($"{path}: {Quote.Bare(name ?? "")} ({project}) comes from a path, skipped.");
        else if (GetHash(file.Table("hashes") ?? [], out var problem) is var hash && problem is null)
            content.AddFile(path, project, name, hash, file.Number("size"));
        else
            content.Problems.Add($"{path}: {Quote.Bare(name ?? "")} ({project}): {problem}. Skipped.");
    }

    /// <summary>Returns the hash that indexes usually have, too.</summary>
    static LockedHash? GetHash(TomlTable hashes, out string? problem)
    {
        problem = null;
        var algorithm = LockedHash.Algorithms.FirstOrDefault(hashes.ContainsKey) ?? hashes.Keys.FirstOrDefault();
        if (algorithm is null)
            return null;
        var hex = hashes.Text(algorithm) ?? "";
        if (!LockedHash.TryCreate(algorithm, hex, out var hash, out var reason))
            problem = $"{Quote.Text($"{algorithm}:{hex}")} {reason}";
        return hash;
    }
}
