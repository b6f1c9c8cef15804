using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Extensions.EmphasisExtras;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions;

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
