using System.Net;
using PyRepo.Server.Content.Descriptions.Rst;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>A project's long description (its README) as HTML for a page. Whoever uploads writes the text, so nothing
/// in it may run, load or send anything, or be taken for a part of the page.</summary>
/// <remarks>The page must have no id that begins with <c>description-</c>.</remarks>
static class DescriptionHtml
{
    static readonly string _cutNote = $"\n<p class=\"description-cut\">{DescriptionCut.Note}</p>";

    /// <summary>Returns the HTML of a description.</summary>
    /// <param name="description">The text.</param>
    /// <param name="contentType">The metadata's <see
    /// href="https://packaging.python.org/en/latest/specifications/core-metadata/#description-content-type"
    /// >Description-Content-Type</see>. All but Markdown and reStructuredText is shown as it was written. A text
    /// without a type is reStructuredText, if it looks like that.</param>
    /// <param name="isCut">Whether the text is only the beginning.</param>
    /// <param name="stop">Ends it, when nobody waits any more.</param>
    public static RenderedDescription Render(
        string? description, string? contentType, bool isCut = false, CancellationToken stop = default)
    {
        if (string.IsNullOrWhiteSpace(description))
            return new("");
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        var rendered = type switch
        {
            "text/markdown" => Compute(description, MarkdownText.Render, stop),
            "text/x-rst" => Compute(description, RstText.Render, stop),
            "" => Compute(description, RstText.RenderIfMeant, stop),
            _ => Plain(description),
        };
        return isCut ? rendered with { Html = rendered.Html + _cutNote } : rendered;
    }

    /// <summary>Renders a text, or shows it as it was written if that costs too much.</summary>
    static RenderedDescription Compute(
        string text, Func<string, WorkBudget, RenderedDescription?> render, CancellationToken stop)
    {
        var budget = new WorkBudget(ServerLimits.MaxDescriptionTime, stop: stop);
        try
        {
            return budget.Compute(() => render(text, budget)) ?? Plain(text);
        }
        catch (TooCostlyException)
        {
            return Plain(text) with { Note = RenderedDescription.TooLong };
        }
    }

    static RenderedDescription Plain(string text)
    {
        var lines = VisibleText.OfCode(text.ReplaceLineEndings("\n").Replace('\0', '\uFFFD').TrimEnd());
        // HTML drops a line break at the beginning of <pre>, which is no loss.
        return new($"<pre class=\"description\">{WebUtility.HtmlEncode(lines)}</pre>");
    }
}
