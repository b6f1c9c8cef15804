using PyRepo.Packaging.Names;
using PyRepo.Resources.Problems;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Serialization;

namespace PyRepo.Client.LockFiles;

/// <summary>Reads a lock file in TOML, whichever it is.</summary>
static class TomlLock
{
    /// <summary>Reads a file, or reports why it cannot be read.</summary>
    public static void Read(string path, string text, LockContent content)
    {
        try
        {
            // It stops at the first error, where the syntax collects all, and takes ever longer for each.
            var document = TomlSerializer.Deserialize(text, LockToml.Default.TomlTable) ?? [];
            // The syntax alone knows what is defined twice.
            SyntaxParser.ParseStrict(text, validate: true);
            if (GetReader(document) is { } read)
                read(document, path, content);
            else
                content.Problems.Add($"{path}: it is not a uv.lock, pylock.toml, poetry.lock or pdm.lock. Skipped.");
        }
        catch (TomlException error)
        {
            var first = error.Diagnostics.FirstOrDefault();
            var place = first is null ? "" : $":{first.Span.Start.Line + 1}:{first.Span.Start.Column + 1}";
            var why = Quote.Path(first?.Message ?? error.GetBaseException().Message);
            content.Problems.Add($"{path}{place}: it is not valid TOML: {why.TrimEnd('.')}. Lock again.");
        }
    }

    static Action<TomlTable, string, LockContent>? GetReader(TomlTable document)
    {
        if (document.Text("lock-version") is not null)
            return Pylock.Read;
        var metadata = document.Table("metadata");
        if (metadata?.ContainsKey("lock-version") == true)
            return PoetryLock.Read;
        if (metadata?.ContainsKey("lock_version") == true)
            return PdmLock.Read;
        return document.Number("version") is not null ? UvLock.Read : null;
    }
}

/// <summary>Reads TOML, without reflection.</summary>
[TomlSerializable(typeof(TomlTable))]
sealed partial class LockToml : TomlSerializerContext;

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
                path, project, file.Text("file") ?? LockContent.GetFileName(file.Text("url")), file.Text("hash"));
        }
        if (files.Count > 0)
            return;
        if (package.Text("version") is { } version)
            content.Entries.Add(new LockEntry.Release(project, version, []));
        else
            content.Problems.Add($"{path}: {Quote.Bare(project.Value)} has no files and no version, skipped.");
    }
}

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
        path, project, file.Text("filename") ?? LockContent.GetFileName(file.Text("url") ?? file.Text("path")),
        file.Text("hash"), file.Number("size"));
}
