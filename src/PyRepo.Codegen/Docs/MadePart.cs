namespace PyRepo.Codegen.Docs;

/// <summary>The part of a page that <c>./dev generate</c> makes, between two comments.</summary>
static class MadePart
{
    /// <summary>Returns a page with the part as it is now.</summary>
    /// <param name="page">The page.</param>
    /// <param name="name">The name of the part, as the comments have it.</param>
    /// <param name="text">The part, which ends with a line feed.</param>
    /// <exception cref="InvalidDataException">The page lacks the place for it.</exception>
    public static string Replace(string page, string name, string text)
    {
        var (first, last) = ($"<!-- {name}, made by ./dev generate. -->", $"<!-- The end of: {name}. -->");
        var (begin, end) =
            (page.IndexOf(first, StringComparison.Ordinal), page.IndexOf(last, StringComparison.Ordinal));
        return begin >= 0 && begin < end
            ? $"{page[..(begin + first.Length)]}\n\n{text}\n{page[end..]}"
            : throw new InvalidDataException($"The page lacks {first} and {last}.");
    }
}
