namespace PyRepo.Resources.Nodes;

/// <summary>
/// Splits a YAML stream at lines that start with <c>---</c>, as kubectl does, so that a broken document does not hide
/// the others. <see href="https://yaml.org/spec/1.2.2/#912-document-markers">YAML 1.2.2</see> forbids such a line
/// inside a document. Each part begins with its marker.
/// </summary>
static class YamlSplitter
{
    public static IEnumerable<DocumentPart> Split(string text)
    {
        var start = 0;
        var startLine = 0;
        var line = 0;
        var hasContent = false;
        for (var at = 0; at < text.Length; line++)
        {
            var end = EndOfLine(text, at);
            var content = text.AsSpan(at, end - at);
            if (IsMarker(content) && hasContent)
            {
                yield return new(text[start..at], startLine);
                (start, startLine) = (at, line);
            }
            else if (!hasContent)
                hasContent = IsMarker(content) || !IsPreamble(content);
            at = SkipBreak(text, end);
        }
        yield return new(text[start..], startLine);
    }

    static bool IsMarker(ReadOnlySpan<char> line) =>
        line.StartsWith("---", StringComparison.Ordinal) && (line.Length == 3 || line[3] is ' ' or '\t');

    /// <summary>Blank lines, comments and directives (<c>%YAML 1.2</c>) belong to the document that follows.</summary>
    static bool IsPreamble(ReadOnlySpan<char> line)
    {
        var trimmed = line.Trim();
        return trimmed.IsEmpty || trimmed[0] == '#' || line[0] == '%';
    }

    static int EndOfLine(string text, int from)
    {
        var end = text.AsSpan(from).IndexOfAny('\r', '\n');
        return end < 0 ? text.Length : from + end;
    }

    static int SkipBreak(string text, int end)
    {
        if (end < text.Length && text[end] == '\r')
            end++;
        else if (end < text.Length)
            return end + 1;
        return end < text.Length && text[end] == '\n' ? end + 1 : end;
    }
}
