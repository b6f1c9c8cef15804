namespace PyRepo.Packaging.Versions;

/// <summary>One part of a local version label: a number or text. Text sorts before numbers
/// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers">local
/// version identifiers</see>).</summary>
readonly record struct LocalSegment(string? Text, VersionNumber Number) : IComparable<LocalSegment>
{
    public static LocalSegment Parse(ReadOnlySpan<char> text) => text.ContainsAnyExceptInRange('0', '9')
        ? new LocalSegment(text.ToString().ToLowerInvariant(), 0)
        : new LocalSegment(null, VersionNumber.FromDigits(text));

    public int CompareTo(LocalSegment other)
    {
        if (Text is not null && other.Text is not null)
            return string.CompareOrdinal(Text, other.Text);
        return Text is null && other.Text is null
            ? Number.CompareTo(other.Number)
            : (Text is null).CompareTo(other.Text is null);
    }

    public override string ToString() => Text ?? Number.ToString();
}
