namespace PyRepo.Packaging.Names;

/// <summary>Says whether a name may be taken for another one.</summary>
public static class Typo
{
    /// <summary>The letters of a name from which on a typo makes a name of its own less likely than a mistake.</summary>
    public const int MinLength = 5;

    /// <summary>
    /// Whether one name becomes the other by one letter more, less or changed, or by two neighbors that change places
    /// (Damerau and Levenshtein's distance is one). A digit at the end is none: <c>httpx2</c> says that it is another one.
    /// </summary>
    public static bool IsOneAway(ProjectName name, ProjectName other)
    {
        var (a, b) = (name.Value, other.Value);
        if (Math.Min(a.Length, b.Length) < MinLength || Math.Abs(a.Length - b.Length) > 1
            || TrimDigits(a).SequenceEqual(TrimDigits(b)))
        {
            return false;
        }
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
            start++;
        var restOfA = a.AsSpan(start);
        var restOfB = b.AsSpan(start);
        if (a.Length > b.Length)
            return restOfA[1..].SequenceEqual(restOfB);
        if (a.Length < b.Length)
            return restOfB[1..].SequenceEqual(restOfA);
        return restOfA[1..].SequenceEqual(restOfB[1..])
            || (restOfA.Length > 1 && restOfA[0] == restOfB[1] && restOfA[1] == restOfB[0]
                && restOfA[2..].SequenceEqual(restOfB[2..]));
    }

    static ReadOnlySpan<char> TrimDigits(string name) => name.AsSpan().TrimEnd("0123456789");
}
