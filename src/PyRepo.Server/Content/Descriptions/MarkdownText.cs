using System.Text;
using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Extensions.EmphasisExtras;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>Reads Markdown as GitHub does: tables, strikethrough, task lists, links without brackets, footnotes.
/// </summary>
static class MarkdownText
{
    /// <summary>Returns the HTML of a text.</summary>
    /// <exception cref="TooCostlyException">It is too deeply nested or too costly.</exception>
    public static RenderedDescription? Render(string text, WorkBudget budget)
    {
        var raw = ToHtml(text, budget, out var note);
        return new($"<div class=\"description\">{SafeHtml.Sanitize(raw, budget)}</div>", note);
    }

    /// <summary>Returns the HTML of a text. <b>It is not safe</b>: raw HTML and links to anything are still in it.
    /// </summary>
    static string ToHtml(string text, WorkBudget work, out string? note)
    {
        try
        {
            // The pipeline counts what one text costs, so each text has its own.
            var budget = new MarkdownBudget(text, work);
            using var html = new BudgetedWriter(work);
            Markdown.ToHtml(text, html, new MarkdownPipelineBuilder()
                .UsePipeTables()
                .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
                .UseTaskLists()
                .UseAutoLinks(new AutoLinkOptions { UseHttpsForWWWLinks = true })
                .UseFootnotes()
                .Use(budget)
                .Build());
            note = budget.Note;
            return html.ToString();
        }
        // Markdig reports a nesting of more than 128 levels so. Any other exception would be its bug, and then the text
        // is worth more than an error.
        catch (Exception e) when (e is not OutOfMemoryException and not OperationCanceledException
            and not TooCostlyException)
        {
            throw new TooCostlyException($"The Markdown cannot be rendered: {e.Message}");
        }
    }

    /// <summary>Collects HTML, and ends when it becomes much longer than a description may be: one long address can be
    /// linked from everywhere.</summary>
    sealed class BudgetedWriter(WorkBudget work) : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
    {
        public override void Write(char value)
        {
            base.Write(value);
            Charge(1);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            base.Write(buffer, index, count);
            Charge(count);
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Charge(value?.Length ?? 0);
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            base.Write(buffer);
            Charge(buffer.Length);
        }

        void Charge(int length)
        {
            if (GetStringBuilder().Length > SafeHtmlWriter.MaxLength)
                throw new TooCostlyException("The HTML is too long.");
            work.Charge(length);
        }
    }
}
