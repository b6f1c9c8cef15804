using PyRepo.Packaging.Names;
using Tomlyn.Model;

namespace PyRepo.Server.Commands.LockFiles;

/// <summary>
/// Reads <c>uv.lock</c> (<see href="https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile">uv's docs</see>).
/// </summary>
static class UvLock
{
    /// <summary>Reads the packages from indexes.</summary>
    public static void Read(TomlTable document, string path, LockContent content)
    {
        foreach (var package in document.Tables("package"))
        {
            if (!content.TryReadProject(package.Text("name"), path, out var project))
                continue;
            if (package.Table("source") is { } source && !source.ContainsKey("registry"))
            {
                var kind = source.Select(pair => pair.Key).FirstOrDefault("unknown");
                content.Notes.Add($"{path}: {project} comes from no index ({kind}), skipped.");
                continue;
            }
            foreach (var wheel in package.Tables("wheels"))
                Add(wheel, project, path, content);
            if (package.Table("sdist") is { } sdist)
                Add(sdist, project, path, content);
        }
    }

    static void Add(TomlTable file, ProjectName project, string path, LockContent content) => content.AddFile(
        path, project, file.Text("filename") ?? LockContent.FileNameOf(file.Text("url") ?? file.Text("path")),
        file.Text("hash"), file.Number("size"));
}
