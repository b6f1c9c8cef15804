namespace PyRepo.Packaging.Versions;

/// <summary>Reads the parts of a version in order, in all
/// <see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#normalization">spellings that
/// can be normalized</see>. A missing part does not change the position.</summary>
ref struct VersionReader(ReadOnlySpan<char> text)
{
    static readonly (string Word, PreReleaseStage Stage)[] _preReleaseWords =
    [
        ("alpha", PreReleaseStage.Alpha), ("a", PreReleaseStage.Alpha),
        ("beta", PreReleaseStage.Beta), ("b", PreReleaseStage.Beta),
        ("preview", PreReleaseStage.ReleaseCandidate), ("pre", PreReleaseStage.ReleaseCandidate),
        ("c", PreReleaseStage.ReleaseCandidate), ("rc", PreReleaseStage.ReleaseCandidate),
    ];

    static readonly string[] _postReleaseWords = ["post", "rev", "r"];

    readonly ReadOnlySpan<char> _text = text;

    /// <summary>The number of characters read.</summary>
    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _text.Length;

    readonly char Next => Position < _text.Length ? _text[Position] : '\0';

    public void SkipPrefix()
    {
        if (Next is 'v' or 'V')
            Position++;
    }

    public VersionNumber ReadEpoch()
    {
        var start = Position;
        if (TryReadDigits(out var epoch) && Next == '!')
        {
            Position++;
            return epoch;
        }
        Position = start;
        return 0;
    }

    /// <summary>Reads the numbers of the release. Empty if it is missing.</summary>
    public VersionNumber[] ReadRelease()
    {
        if (!TryReadDigits(out var number))
            return [];
        Span<VersionNumber> few = new VersionNumber[4];
        few[0] = number;
        var count = 1;
        while (Next == '.' && Position + 1 < _text.Length && char.IsAsciiDigit(_text[Position + 1]))
        {
            Position++;
            TryReadDigits(out number);
            if (count == few.Length)
            {
                var more = new VersionNumber[count * 2];
                few.CopyTo(more);
                few = more;
            }
            few[count++] = number;
        }
        return few[..count].ToArray();
    }

    public PreRelease? ReadPreRelease()
    {
        var start = Position;
        SkipSeparator();
        foreach (var (word, stage) in _preReleaseWords)
        {
            if (TryReadWord(word))
                return new PreRelease(stage, ReadNumberOrZero());
        }
        Position = start;
        return null;
    }

    public VersionNumber? ReadPostRelease()
    {
        var start = Position;
        if (Next == '-')
        {
            Position++;
            if (TryReadDigits(out var number))
                return number;
            Position = start;
        }
        SkipSeparator();
        foreach (var word in _postReleaseWords)
        {
            if (TryReadWord(word))
                return ReadNumberOrZero();
        }
        Position = start;
        return null;
    }

    public VersionNumber? ReadDevRelease()
    {
        var start = Position;
        SkipSeparator();
        if (TryReadWord("dev"))
            return ReadNumberOrZero();
        Position = start;
        return null;
    }

    /// <summary>Reads the label after <c>+</c>, or returns null if there is none.</summary>
    public LocalSegment[]? ReadLocal()
    {
        if (Next != '+')
            return null;
        var start = Position;
        var segments = new List<LocalSegment>();
        do
        {
            var from = Position + 1;
            var to = from;
            while (to < _text.Length && char.IsAsciiLetterOrDigit(_text[to]))
                to++;
            if (to == from)
                break;
            segments.Add(LocalSegment.Parse(_text[from..to]));
            Position = to;
        }
        while (Next is '.' or '-' or '_');
        if (segments.Count > 0)
            return [.. segments];
        Position = start;
        return null;
    }

    VersionNumber ReadNumberOrZero()
    {
        SkipSeparator();
        return TryReadDigits(out var number) ? number : 0;
    }

    void SkipSeparator()
    {
        if (Next is '.' or '-' or '_')
            Position++;
    }

    bool TryReadDigits(out VersionNumber number)
    {
        var start = Position;
        while (char.IsAsciiDigit(Next))
            Position++;
        number = start == Position ? 0 : VersionNumber.FromDigits(_text[start..Position]);
        return start != Position;
    }

    /// <summary>Reads a lowercase ASCII word, ignoring case. Non-ASCII letters never match.</summary>
    bool TryReadWord(string word)
    {
        var remaining = _text[Position..];
        if (remaining.Length < word.Length || !System.Text.Ascii.EqualsIgnoreCase(remaining[..word.Length], word))
            return false;
        Position += word.Length;
        return true;
    }
}
