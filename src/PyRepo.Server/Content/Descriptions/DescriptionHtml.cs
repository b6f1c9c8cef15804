using System.Net;
using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Extensions.EmphasisExtras;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>A project's long description (its README) as HTML for a page. Whoever uploads writes the text, so nothing
/// in it may run, load or send anything, or be taken for a part of the page.</summary>
/// <remarks>The page must have no id that begins with <c>description-</c>.</remarks>
static class DescriptionHtml
{
    const string CutNote =
        "\n<p class=\"description-cut\">The description is longer than this page shows. The rest is left out.</p>";

    const string PlainNote =
        "\n<p class=\"description-cut\">The description is shown as it was written: its Markdown is too complex.</p>";

    /// <summary>Returns the HTML of a description: a <c>div</c> or a <c>pre</c> with the class <c>description</c>, or
    /// nothing if there is no text.</summary>
    /// <param name="description">The text.</param>
    /// <param name="contentType">The metadata's <see
    /// href="https://packaging.python.org/en/latest/specifications/core-metadata/#description-content-type"
    /// >Description-Content-Type</see>. All but Markdown is shown as it was written.</param>
    /// <param name="stop">Ends it, when nobody waits any more.</param>
    public static string Render(string? description, string? contentType, CancellationToken stop = default)
    {
        if (string.IsNullOrWhiteSpace(description))
            return "";
        var text = Shortened(description);
        return (IsMarkdown(contentType) ? OfMarkdown(text, stop) ?? Plain(text) + PlainNote : Plain(text))
            + (text.Length < description.Length ? CutNote : "");
    }

    /// <summary>Returns the HTML of Markdown, or null if it is too complex.</summary>
    static string? OfMarkdown(string text, CancellationToken stop)
    {
        var budget = new WorkBudget(ServerLimits.MaxMarkdownTime, stop: stop);
        try
        {
            return budget.Compute(() => MarkdownText.ToHtml(text, budget) is { } raw
                ? $"<div class=\"description\">{SafeHtml.Sanitize(raw, budget)}</div>"
                : null);
        }
        catch (TooCostlyException)
        {
            return null;
        }
    }

    static bool IsMarkdown(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals("text/markdown", StringComparison.OrdinalIgnoreCase) is true;

    static string Plain(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Replace('\0', '\uFFFD').TrimEnd();
        // HTML drops a line break at the beginning of <pre>, which is no loss.
        return $"<pre class=\"description\">{WebUtility.HtmlEncode(lines)}</pre>";
    }

    /// <summary>As much of the text as is shown, in whole characters.</summary>
    static string Shortened(string text)
    {
        // A UTF-16 unit has at most three bytes in UTF-8.
        if (text.Length <= ServerLimits.MaxDescriptionLength / 3)
            return text;
        var (length, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > ServerLimits.MaxDescriptionLength)
                return text[..length];
            length += rune.Utf16SequenceLength;
        }
        return text;
    }
}

/// <summary>Reads Markdown as GitHub does: tables, strikethrough, task lists, links without brackets, footnotes.
/// </summary>
static class MarkdownText
{
    /// <summary>Returns the HTML of a text, or null if it is too deeply nested or too costly. <b>The HTML is not
    /// safe</b>: raw HTML and links to anything are still in it.</summary>
    public static string? ToHtml(string text, WorkBudget budget)
    {
        try
        {
            // The pipeline counts what one text costs, so each text has its own.
            return Markdown.ToHtml(text, new MarkdownPipelineBuilder()
                .UsePipeTables()
                .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
                .UseTaskLists()
                .UseAutoLinks(new AutoLinkOptions { UseHttpsForWWWLinks = true })
                .UseFootnotes()
                .Use(new MarkdownBudget(text, budget))
                .Build());
        }
        // Markdig reports a nesting of more than 128 levels so, and MarkdownBudget what costs too much. Any other
        // exception would be its bug, and then the text is worth more than an error.
        catch (Exception e) when (e is not OutOfMemoryException and not OperationCanceledException)
        {
            return null;
        }
    }
}
