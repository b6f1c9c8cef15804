using PyRepo.Packaging.Names;
using PyRepo.Resources.Problems;
using Tomlyn.Model;

namespace PyRepo.Server.Commands.LockFiles;

/// <summary>Reads the lists of <c>{ file, hash }</c> that poetry and pdm write.</summary>
static class LockedFiles
{
    /// <summary>Adds the files of a package. A package without files locks all files of its version.</summary>
    public static void Add(
        IReadOnlyList<TomlTable> files, TomlTable package, ProjectName project, string path, LockContent content)
    {
        foreach (var file in files)
        {
            content.AddFile(
                path, project, file.Text("file") ?? LockContent.FileNameOf(file.Text("url")), file.Text("hash"));
        }
        if (files.Count > 0)
            return;
        if (package.Text("version") is { } version)
            content.Entries.Add(new LockEntry.Release(project, version, []));
        else
            content.Problems.Add($"{path}: {Quote.Bare(project.Value)} has no files and no version, skipped.");
    }
}
