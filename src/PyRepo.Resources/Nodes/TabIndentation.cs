using YamlDotNet.Core;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// Finds the tab that makes a text invalid YAML. The parser often names only the start of the map around it, and a tab
/// inside a block of text is right.
/// </summary>
static class TabIndentation
{
    /// <summary>Searching means to parse again some times. In longer texts, the first tab is named.</summary>
    const int MaxSearchedLength = 1 << 20;

    /// <summary>
    /// Returns the line and column of the tab, both starting at 1, or null if a tab did not cause the error.
    /// </summary>
    public static (int Line, int Column)? Find(string text, YamlException error)
    {
        var indents = IndentsWithTab(text);
        if (indents.Count == 0 || !(IsAboutTab(error) || text.AsSpan(0, indents[0].Tab).TrimStart('-').IsWhiteSpace()))
            return null;
        var found = IsAboutTab(error) && text.Length <= MaxSearchedLength ? Search(text, indents) : indents[0];
        return (found.Line, found.Tab - found.Start + 1);
    }

    /// <summary>Returns the first line without which the text before it has no such error.</summary>
    static Indent Search(string text, List<Indent> indents)
    {
        var (low, high) = (0, indents.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (HasTabError(text[..indents[middle].End]))
                high = middle;
            else
                low = middle + 1;
        }
        return indents[low];
    }

    static bool HasTabError(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            while (parser.MoveNext())
            {
            }
            return false;
        }
        catch (YamlException error)
        {
            return IsAboutTab(error);
        }
        catch (InvalidOperationException)
        {
            return false; // An unclosed collection, since the text is cut off.
        }
    }

    static bool IsAboutTab(YamlException error) =>
        error.Message.Contains(" tab ", StringComparison.OrdinalIgnoreCase);

    static List<Indent> IndentsWithTab(string text)
    {
        var found = new List<Indent>();
        var line = 1;
        for (var start = 0; start < text.Length; line++)
        {
            var length = text.AsSpan(start).IndexOf('\n');
            var end = length < 0 ? text.Length : start + length + 1;
            var tab = start;
            while (tab < end && text[tab] == ' ')
                tab++;
            if (tab < end && text[tab] == '\t')
                found.Add(new Indent(line, start, tab, end));
            start = end;
        }
        return found;
    }

    /// <summary>A line whose indentation contains a tab, with the offsets of the line and of the tab.</summary>
    readonly record struct Indent(int Line, int Start, int Tab, int End);
}
