using PyRepo.Resources.Problems;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;

namespace PyRepo.Server.Commands.LockFiles;

/// <summary>Reads a lock file in TOML, whichever it is.</summary>
static class TomlLock
{
    /// <summary>Reads a file, or reports why it cannot be read.</summary>
    public static void Read(string path, string text, LockContent content)
    {
        try
        {
            // The syntax alone knows what is defined twice.
            SyntaxParser.ParseStrict(text, validate: true);
            var document = TomlSerializer.Deserialize(text, LockToml.Default.TomlTable) ?? [];
            if (ReaderOf(document) is { } read)
                read(document, path, content);
            else
                content.Problems.Add($"{path}: it is no uv.lock, pylock.toml, poetry.lock or pdm.lock. Skipped.");
        }
        catch (TomlException error)
        {
            var first = error.Diagnostics.FirstOrDefault();
            var place = first is null ? "" : $":{first.Span.Start.Line + 1}:{first.Span.Start.Column + 1}";
            var why = Quote.Path(first?.Message ?? error.GetBaseException().Message);
            content.Problems.Add($"{path}{place}: it is no valid TOML: {why.TrimEnd('.')}. Lock again.");
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
