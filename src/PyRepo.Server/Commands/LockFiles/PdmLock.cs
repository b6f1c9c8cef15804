using Tomlyn.Model;

namespace PyRepo.Server.Commands.LockFiles;

/// <summary>Reads <c>pdm.lock</c>, also as pdm wrote it before version 2.8.</summary>
static class PdmLock
{
    static readonly string[] _elsewhere = ["git", "hg", "svn", "bzr", "path", "url", "editable"];

    /// <summary>Reads the packages from indexes.</summary>
    public static void Read(TomlTable document, string path, LockContent content)
    {
        var older = document.Table("metadata")?.Table("files");
        foreach (var package in document.Tables("package"))
        {
            if (!content.TryReadProject(package.Text("name"), path, out var project))
                continue;
            if (_elsewhere.FirstOrDefault(package.ContainsKey) is { } kind)
            {
                content.Notes.Add($"{path}: {project} comes from no index ({kind}), skipped.");
                continue;
            }
            var release = $"{package.Text("name")} {package.Text("version")}";
            LockedFiles.Add(
                [.. package.Tables("files"), .. older?.Tables(release) ?? []], package, project, path, content);
        }
    }
}
