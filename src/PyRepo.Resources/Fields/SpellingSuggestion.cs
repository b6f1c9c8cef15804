namespace PyRepo.Resources.Fields;

/// <summary>Suggests what a misspelled word was meant to be.</summary>
public static class SpellingSuggestion
{
    /// <summary>Returns the candidate with the smallest edit distance, or null if that distance exceeds a third of the
    /// word's length.</summary>
    public static string? For(string word, IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length > 64)
            return null;
        var nearest = words.Select(candidate => (candidate, distance: Distance(word, candidate)))
            .OrderBy(pair => pair.distance).FirstOrDefault();
        return nearest.distance <= Math.Max(1, word.Length / 3) ? nearest.candidate : null;
    }

    /// <summary>
    /// The number of insertions, deletions, substitutions and transpositions, ignoring case
    /// (<see href="https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance">optimal string alignment
    /// distance</see>).
    /// </summary>
    static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
            for (var j = 1; j <= right.Length; j++)
            {
                var same = Same(left[i - 1], right[j - 1]);
                var least = Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1);
                least = Math.Min(least, table[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    least = Math.Min(least, table[i - 2, j - 2] + 1);
                table[i, j] = least;
            }
        return table[left.Length, right.Length];
    }

    static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
