using Tomlyn;
using Tomlyn.Model;

namespace PyRepo.Server.LockFiles;

/// <summary>Reads a lock file in TOML, whichever it is.</summary>
static class TomlLock
{
    /// <summary>Reads a file, or reports why it cannot be read.</summary>
    public static void Read(string path, string text, LockContent content)
    {
        try
        {
            var document = TomlSerializer.Deserialize(text, LockToml.Default.TomlTable) ?? [];
            if (ReaderOf(document) is { } read)
                read(document, path, content);
            else
                content.Problems.Add($"{path}: it is no uv.lock, pylock.toml, poetry.lock or pdm.lock. Skipped.");
        }
        catch (TomlException error)
        {
            content.Problems.Add($"{path}: it is not valid TOML: {error.GetBaseException().Message} Lock again.");
        }
    }

    static Action<TomlTable, string, LockContent>? ReaderOf(TomlTable document)
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
