namespace PyRepo.Packaging.Simple;

/// <summary>Shares one string for texts that occur in thousands of files, such as <c>&gt;=3.8</c>.</summary>
static class StringPool
{
    const int Slots = 512;
    const int MaxLength = 128;

    static readonly string?[] _recent = new string?[Slots];

    /// <summary>Returns an equal string that was seen recently, or the same string. Long ones are not kept: strangers
    /// write them. Threads may overwrite each other's slots: the result is always equal, but not always
    /// shared.</summary>
    public static string Intern(string text)
    {
        if (text.Length > MaxLength)
            return text;
        var slot = (int)((uint)text.GetHashCode(StringComparison.Ordinal) % Slots);
        var known = Volatile.Read(ref _recent[slot]);
        if (known == text)
            return known;
        Volatile.Write(ref _recent[slot], text);
        return text;
    }
}
