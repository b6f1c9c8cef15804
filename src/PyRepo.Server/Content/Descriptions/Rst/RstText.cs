using System.Text;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Renders <see href="https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html">reStructuredText
/// </see>, PyPI's default. Nothing in a text reads a file or writes HTML: such directives are shown as text.</summary>
static class RstText
{
    const int TabWidth = 8;

    /// <summary>Returns the HTML of a text.</summary>
    /// <exception cref="TooCostlyException">It costs too much.</exception>
    public static RenderedDescription? Render(string text, WorkBudget budget) =>
        Write(RstParser.Parse(Split(text, budget), budget), budget);

    /// <summary>Returns the HTML of a text without a type, or null if it was hardly meant to be reStructuredText.
    /// </summary>
    /// <exception cref="TooCostlyException">It costs too much.</exception>
    public static RenderedDescription? RenderIfMeant(string text, WorkBudget budget)
    {
        var lines = Split(text, budget);
        if (lines.Exists(IsMarkdown))
            return null;
        var document = RstParser.Parse(lines, budget);
        return document.IsBroken ? null : Write(document, budget);
    }

    static RenderedDescription Write(RstDocument document, WorkBudget budget) =>
        new($"<div class=\"description\">{RstWriter.Write(document, budget)}</div>");

    /// <summary>Whether a line means something in Markdown, and hardly anything in reStructuredText.</summary>
    static bool IsMarkdown(string line) =>
        line is ['`', '`', '`', >= 'a' and <= 'z', ..] || line.StartsWith("# ", StringComparison.Ordinal)
        || line.StartsWith("## ", StringComparison.Ordinal) || line.Contains("](http", StringComparison.Ordinal);

    static List<string> Split(string text, WorkBudget budget)
    {
        List<string> lines = [];
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            budget.Charge(line.Length + 1);
            lines.Add((line.Contains('\t', StringComparison.Ordinal) ? ExpandTabs(line) : line).TrimEnd());
        }
        return lines;
    }

    static string ExpandTabs(string line)
    {
        var expanded = new StringBuilder(line.Length + TabWidth);
        foreach (var c in line)
        {
            if (c is '\t')
                expanded.Append(' ', TabWidth - (expanded.Length % TabWidth));
            else
                expanded.Append(c);
        }
        return expanded.ToString();
    }
}
