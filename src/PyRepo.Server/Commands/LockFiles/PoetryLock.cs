using Tomlyn.Model;

namespace PyRepo.Server.Commands.LockFiles;

/// <summary>Reads <c>poetry.lock</c>, also as poetry wrote it before version 1.5.</summary>
static class PoetryLock
{
    /// <summary>The source of a package that comes from an index other than PyPI.</summary>
    const string OtherIndex = "legacy";

    /// <summary>Reads the packages from indexes.</summary>
    public static void Read(TomlTable document, string path, LockContent content)
    {
        var older = document.Table("metadata")?.Table("files");
        foreach (var package in document.Tables("package"))
        {
            var name = package.Text("name");
            if (!content.TryReadProject(name, path, out var project))
                continue;
            if (package.Table("source")?.Text("type") is { } type and not OtherIndex)
            {
                content.Notes.Add($"{path}: {project} comes from no index ({type}), skipped.");
                continue;
            }
            LockedFiles.Add(
                [.. package.Tables("files"), .. older?.Tables(name!) ?? []], package, project, path, content);
        }
    }
}
