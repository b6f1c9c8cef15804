using System.Net;
using System.Text;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>Writes HTML that is safe whatever it is told to write: the names of elements are those of <see
/// cref="SafeElement.All"/>, attributes are <see cref="SafeAttributes"/>, text is escaped, and every element is closed.
/// </summary>
sealed class SafeHtmlWriter
{
    /// <summary>Deeper tags are left out, and their text remains.</summary>
    const int MaxDepth = 64;

    /// <summary>The longest HTML in characters: addresses may be written more often than they were.</summary>
    public const int MaxLength = 4 << 20;

    readonly StringBuilder _html = new();
    readonly List<Open> _open = [];
    readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    int _textEnd;

    /// <summary>Whether a link is open.</summary>
    public bool IsInLink => _open.Exists(open => open.Name == "a");

    /// <summary>Writes text.</summary>
    public void Text(string text)
    {
        var isVisible = !string.IsNullOrWhiteSpace(text);
        if (isVisible)
            LeaveRows();
        Encode(VisibleText.Of(text));
        if (isVisible)
            _textEnd = _html.Length;
    }

    /// <summary>Writes code with colors.</summary>
    public void Code(string code, string? language)
    {
        code = VisibleText.OfCode(code);
        if (!string.IsNullOrWhiteSpace(code))
            LeaveRows();
        foreach (var (kind, text) in CodeTokens.Split(code, language))
        {
            if (kind is not CodeTokenKind.Plain)
                _html.Append("<span class=\"hl-").Append(CodeTokens.LetterOf(kind)).Append("\">");
            Encode(text);
            if (kind is not CodeTokenKind.Plain)
                _html.Append("</span>");
        }
        _textEnd = _html.Length;
    }

    /// <summary>Opens an element, and closes what cannot be around it. An element that is not allowed, here or
    /// anywhere, is left out.</summary>
    public void Start(string name, SafeAttributes attributes)
    {
        if (!SafeElement.All.TryGetValue(name, out var element))
            return;
        if (element.Parents.Length > 0)
        {
            var parent = _open.FindLastIndex(open => element.Parents.Contains(open.Name));
            if (parent < 0)
                return;
            CloseTo(parent + 1);
        }
        else
        {
            LeaveRows();
            if (element.IsBlock)
                Close(_open.FindLastIndex(open => open.Name is "p" || SafeElement.IsHeading(open.Name)));
            else if (name is "a")
                End("a");
        }
        if (_open.Count >= MaxDepth)
            return;
        // Of several elements with one id, the first has it.
        if (attributes.Id is { } id && !_ids.Add(id))
            attributes = attributes with { Id = null };
        if (_html.Length > MaxLength)
            throw new TooCostlyException("The HTML is too long.");
        var start = _html.Length;
        _html.Append('<').Append(name);
        attributes.WriteTo(_html);
        _html.Append('>');
        if (name is not ("br" or "hr"))
            _open.Add(new(name, attributes, start, _html.Length));
    }

    /// <summary>Closes an element and what is open in it, or does nothing if it is not open.</summary>
    public void End(string name) => Close(_open.FindLastIndex(open => open.Name == name));

    /// <summary>Closes everything, and returns what was written.</summary>
    public string Finish()
    {
        CloseTo(0);
        return _html.ToString();
    }

    void Encode(string text)
    {
        if (_html.Length > MaxLength)
            throw new TooCostlyException("The HTML is too long.");
        _html.Append(WebUtility.HtmlEncode(text.Replace('\0', '\uFFFD')));
    }

    /// <summary>Ends a table before what is in none of its cells; a browser would show that above the table.</summary>
    void LeaveRows()
    {
        if (_open is [.., { Name: "table" or "thead" or "tbody" or "tr" }])
            End("table");
    }

    void Close(int index)
    {
        if (index >= 0)
            CloseTo(index);
    }

    void CloseTo(int depth)
    {
        for (var i = _open.Count - 1; i >= depth; i--)
        {
            if (_open[i].Name is "a" && _textEnd <= _open[i].ContentStart)
                RemoveTarget(_open[i]);
            _html.Append("</").Append(_open[i].Name).Append('>');
        }
        _open.RemoveRange(depth, _open.Count - depth);
    }

    /// <summary>Leaves only the id of a link that shows no text: nobody could see it, or be told what it is.</summary>
    void RemoveTarget(Open link)
    {
        var id = new StringBuilder();
        new SafeAttributes { Id = link.Attributes.Id }.WriteTo(id);
        _html.Remove(link.Start, link.ContentStart - link.Start).Insert(link.Start, $"<a{id}>");
    }

    sealed record Open(string Name, SafeAttributes Attributes, int Start, int ContentStart);
}
