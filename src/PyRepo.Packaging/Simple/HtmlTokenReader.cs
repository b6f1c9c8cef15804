using System.Text;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads the tokens of an HTML page from a stream, and buffers only one token.</summary>
sealed class HtmlTokenReader(Stream stream) : IDisposable
{
    const int MaxTokenLength = 1 << 20;

    readonly StreamReader _reader = new(stream, Encoding.UTF8, true, 1 << 15, leaveOpen: true);
    char[] _buffer = new char[1 << 15];
    int _start;
    int _end;
    bool _isFinal;
    string? _rawElement;

    /// <summary>Reads the next token. Returns null at the end of the page.</summary>
    /// <exception cref="PageFormatException">A tag or text is too long.</exception>
    public async ValueTask<HtmlToken?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var token =
                HtmlTokenizer.Read(_buffer.AsSpan(_start, _end - _start), _rawElement, _isFinal, out var length);
            _start += token is null ? 0 : length;
            if (token is not null)
            {
                _rawElement = HtmlTokenizer.GetRawElement(token);
                return token;
            }
            if (_isFinal)
                return null;
            await FillAsync(cancellationToken);
        }
    }

    public void Dispose() => _reader.Dispose();

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Grow();
        // The whole buffer, because an unfinished token is searched from its start each time.
        var count = await _reader.ReadBlockAsync(_buffer.AsMemory(_end), cancellationToken);
        _isFinal = count < _buffer.Length - _end;
        _end += count;
    }

    void Grow()
    {
        if (_buffer.Length >= MaxTokenLength)
            throw new PageFormatException("The HTML page has a tag or text of more than a million characters.");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}

/// <summary>An HTML token: the lowercase name of a tag, the decoded text between tags, or the text of a
/// comment.</summary>
sealed record HtmlToken(HtmlTokenKind Kind, string Text, IReadOnlyDictionary<string, string> Attributes)
{
    static readonly Dictionary<string, string> _noAttributes = [];

    public HtmlToken(HtmlTokenKind kind, string text)
        : this(kind, text, _noAttributes)
    {
    }

    /// <summary>The decoded value of an attribute; empty if it has no value, and null if there is no such
    /// attribute.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}

enum HtmlTokenKind
{
    Text,
    StartTag,
    EndTag,
    Comment,
}
