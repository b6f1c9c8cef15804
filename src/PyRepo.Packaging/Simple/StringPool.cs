namespace PyRepo.Packaging.Simple;

/// <summary>Lets texts that thousands of files repeat, such as <c>&gt;=3.8</c>, be one string.</summary>
static class StringPool
{
    const int Slots = 512;

    static readonly string?[] _recent = new string?[Slots];

    /// <summary>An equal string that was seen lately, or this one. Threads may overwrite each other's slots: every
    /// answer is right, some are only not shared.</summary>
    public static string Intern(string text)
    {
        var slot = (int)((uint)text.GetHashCode(StringComparison.Ordinal) % Slots);
        var known = Volatile.Read(ref _recent[slot]);
        if (known == text)
            return known;
        Volatile.Write(ref _recent[slot], text);
        return text;
    }
}
