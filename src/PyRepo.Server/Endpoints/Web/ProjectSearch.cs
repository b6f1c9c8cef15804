using System.Collections.Immutable;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Finds projects by the words of their names and summaries.</summary>
static class ProjectSearch
{
    /// <summary>The longest query in characters; what follows is ignored.</summary>
    public const int MaxQueryLength = 200;

    /// <summary>The most words of a query; what follows is ignored.</summary>
    const int MaxWords = 8;

    static readonly char[] _separators = [' ', '\t', '-', '_', '.', ',', '/'];

    /// <summary>
    /// Returns the projects in which all words of the query occur, the best first: the very name, then names that begin
    /// with the query, names with the words, and summaries with them.
    /// </summary>
    public static ImmutableArray<CatalogEntry> Find(ImmutableArray<CatalogEntry> entries, string query)
    {
        var words = GetWords(query);
        if (words.Length == 0)
            return [];
        var name = string.Join('-', words).ToLowerInvariant();
        var found = new List<(int Rank, CatalogEntry Entry)>();
        foreach (var entry in entries)
        {
            if (GetRank(entry, name, words) is { } rank)
                found.Add((rank, entry));
        }
        found.Sort((a, b) => a.Rank != b.Rank ? b.Rank.CompareTo(a.Rank) : a.Entry.Project.CompareTo(b.Entry.Project));
        return [.. found.Select(each => each.Entry)];
    }

    /// <summary>Returns the words of a query.</summary>
    public static string[] GetWords(string query) => (query.Length > MaxQueryLength ? query[..MaxQueryLength] : query)
        .Split(_separators, StringSplitOptions.RemoveEmptyEntries).Take(MaxWords).ToArray();

    /// <summary>Returns how well a project matches, or null if it does not.</summary>
    static int? GetRank(CatalogEntry entry, string name, string[] words)
    {
        var project = entry.Project.Value;
        if (project == name)
            return 1000;
        if (project.StartsWith(name, StringComparison.Ordinal))
            return 900;
        var rank = 0;
        foreach (var word in words)
        {
            if (project.Contains(word, StringComparison.OrdinalIgnoreCase))
                rank += StartsWord(project, word) ? 80 : 60;
            else if (entry.Summary?.Contains(word, StringComparison.OrdinalIgnoreCase) is true)
                rank += StartsWord(entry.Summary, word) ? 20 : 10;
            else
                return null;
        }
        return rank / words.Length;
    }

    static bool StartsWord(string text, string word)
    {
        var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
        return at == 0 || (at > 0 && !char.IsLetterOrDigit(text[at - 1]));
    }
}
