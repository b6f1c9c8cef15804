using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Projects in a list.</summary>
static class ProjectRows
{
    /// <summary>Creates the list.</summary>
    /// <param name="page">The request.</param>
    /// <param name="entries">The projects.</param>
    /// <param name="words">The words that were searched for, which are marked.</param>
    public static Html Render(PageContext page, IEnumerable<CatalogEntry> entries, params IReadOnlyList<string> words)
    {
        var now = page.Now;
        return Html.From($"<ul class=\"projects\">\n{entries.Select(entry => Row(page, entry, words, now))}</ul>\n");
    }

    /// <summary>Creates a list for a narrow column: a project takes few lines.</summary>
    public static Html RenderCompact(PageContext page, IEnumerable<CatalogEntry> entries)
    {
        var now = page.Now;
        return Html.From($"<ul class=\"projects rows\">\n{entries.Select(entry => Row(page, entry, [], now))}</ul>\n");
    }

    static Html Row(
        PageContext page, CatalogEntry entry, IReadOnlyList<string> words, DateTimeOffset now) => Html.From($"""
        <li><a href="{page.Root}project/{entry.Project.Value}/">
        <bdi>{MarkedText.Render(entry.DisplayName, words)}</bdi></a>
        {Html.If(entry.LatestVersion is not null, $"""<span class="chip">{entry.LatestVersion}</span>""")}
        {StatusBadge.Render(entry.Status)}
        {(entry.NewestFileAt is { } time
            ? Html.From($"""<span class="when">{PageText.Ago(time, now)}</span>""") : Html.Empty)}
        {Html.If(entry.Summary is not null, $"<p><bdi>{MarkedText.Render(entry.Summary ?? "", words)}</bdi></p>")}</li>

        """);
}

/// <summary>A text with some of its words marked.</summary>
static class MarkedText
{
    /// <summary>Creates the text. Words are found as the search finds them, whatever their case.</summary>
    public static Html Render(string text, IReadOnlyList<string> words)
    {
        var pieces = new List<Html>();
        for (var at = 0; at < text.Length;)
        {
            var (start, length) = FindNext(text, at, words);
            pieces.Add(Html.From($"{text[at..start]}"));
            if (length > 0)
                pieces.Add(Html.From($"<mark>{text.Substring(start, length)}</mark>"));
            at = start + length;
        }
        return Html.Join(pieces);
    }

    /// <summary>Returns the next word, the longest where several begin, or the end of the text.</summary>
    static (int Start, int Length) FindNext(string text, int at, IReadOnlyList<string> words)
    {
        var (start, length) = (text.Length, 0);
        foreach (var word in words)
        {
            var found = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase);
            if (found >= 0 && (found < start || (found == start && word.Length > length)))
                (start, length) = (found, word.Length);
        }
        return (start, length);
    }
}
