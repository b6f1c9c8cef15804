using System.Collections.Frozen;

namespace EndToEnd.Buckets;

/// <summary>Something that a client did to one project, and what it saw.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="Began">When it began, as a timestamp.</param>
/// <param name="Ended">When it was answered. An operation without an answer may happen at any time, or never.</param>
/// <param name="File">The file that it wrote or deleted.</param>
/// <param name="Value">The digest that it wrote.</param>
/// <param name="Seen">What a read saw: files and their digests.</param>
public sealed record HistoryOperation(
    HistoryOperationKind Kind, long Began, long Ended, string File = "", string Value = "",
    FrozenDictionary<string, string>? Seen = null)
{
    /// <summary>The end of an operation without an answer.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Whether it was answered.</summary>
    public bool IsAnswered => Ended != Never;

    /// <inheritdoc/>
    public override string ToString()
    {
        var seen = Seen?.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={Short(s.Value)}");
        var ended = IsAnswered ? $"{Ended}" : "?";
        return $"{Kind} {File} {Short(Value)} [{string.Join(' ', seen ?? [])}] {Began}–{ended}";
    }

    static string Short(string digest) => digest[..Math.Min(8, digest.Length)];
}
