using System.Globalization;
using System.Text;
using PyRepo.Sigstore.Roots;

namespace PyRepo.Sigstore.Logs;

/// <summary>
/// The size and root of a log's tree, signed (<see href="https://c2sp.org/tlog-checkpoint">C2SP's checkpoint</see>, a
/// <see href="https://c2sp.org/signed-note">signed note</see>).
/// </summary>
sealed record Checkpoint
{
    const int MaxLength = 16 << 10, MaxSignatures = 64, HintLength = 4;

    /// <summary>A log signs once. Each signature that is tried costs time.</summary>
    const int MaxAttempts = 2;

    const string SignaturePrefix = "\u2014 ";

    /// <summary>The log's name.</summary>
    public required string Origin { get; init; }

    /// <summary>The number of entries.</summary>
    public required long TreeSize { get; init; }

    /// <summary>The root.</summary>
    public required ReadOnlyMemory<byte> RootHash { get; init; }

    /// <summary>The bytes that are signed.</summary>
    public required ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The signatures, each after the first bytes of the id of its key.</summary>
    public required IReadOnlyList<(string Name, byte[] Signature)> Signatures { get; init; }

    /// <exception cref="FormatException">It is not valid.</exception>
    public static Checkpoint Parse(string note)
    {
        // The last blank line ends the text: there is none among the signatures.
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || note.Length > MaxLength || !note.EndsWith('\n'))
            throw new FormatException("the checkpoint is no signed note");
        var lines = note[..end].Split('\n');
        if (lines.Length < 3 || lines[0].Length == 0
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            throw new FormatException("the checkpoint lacks origin, size or root");
        }
        var root = new byte[32];
        if (!Convert.TryFromBase64String(lines[2], root, out var length) || length != root.Length)
            throw new FormatException("the checkpoint's root is no hash");
        return new Checkpoint
        {
            Origin = lines[0],
            TreeSize = size,
            RootHash = root,
            Text = Encoding.UTF8.GetBytes(note[..(end + 1)]),
            Signatures = ParseSignatures(note[(end + 2)..]),
        };
    }

    /// <summary>Whether the log has signed it. Other signatures, such as those of witnesses, are ignored.</summary>
    public bool IsSignedBy(TransparencyLog log) => Signatures
        .Where(each => IsName(each.Name, log)
            && each.Signature.AsSpan(0, HintLength).SequenceEqual(log.Id.Span[..HintLength]))
        .Take(MaxAttempts)
        .Any(each => log.Key.Verify(Text.Span, each.Signature.AsSpan(HintLength)));

    /// <summary>Rekor v1 adds the id of its shard to the origin, but not to the name.</summary>
    bool IsName(string name, TransparencyLog log) =>
        name == log.Name && (Origin == name || Origin.StartsWith($"{name} - ", StringComparison.Ordinal));

    static List<(string Name, byte[] Signature)> ParseSignatures(string text)
    {
        var signatures = new List<(string, byte[])>();
        foreach (var line in text.Split('\n', MaxSignatures + 2, StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.LastIndexOf(' ');
            if (!line.StartsWith(SignaturePrefix, StringComparison.Ordinal) || space <= SignaturePrefix.Length)
                throw new FormatException("a signature of the checkpoint is not valid");
            var signature = new byte[line.Length];
            if (!Convert.TryFromBase64String(line[(space + 1)..], signature, out var length) || length <= HintLength)
                throw new FormatException("a signature of the checkpoint is not base64");
            signatures.Add((line[SignaturePrefix.Length..space], signature[..length]));
        }
        return signatures.Count is > 0 and <= MaxSignatures
            ? signatures
            : throw new FormatException("the checkpoint has no signature, or too many");
    }
}
