using System.Text;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads the tokens of an HTML page from a stream; held is only what one token needs.</summary>
sealed class HtmlTokenStream(Stream stream) : IDisposable
{
    const int LongestToken = 1 << 20;

    readonly StreamReader reader = new(stream, Encoding.UTF8, true, 1 << 15, leaveOpen: true);
    char[] buffer = new char[1 << 15];
    int start;
    int end;
    bool isFinal;
    string? rawElement;

    /// <summary>The next token; null at the page's end.</summary>
    /// <exception cref="PageFormatException">A tag or text is longer than any page needs.</exception>
    public async ValueTask<HtmlToken?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var token = HtmlTokens.Take(buffer.AsSpan(start, end - start), rawElement, isFinal, out var length);
            start += token is null ? 0 : length;
            if (token is not null)
            {
                rawElement = HtmlTokens.RawElementOf(token);
                return token;
            }
            if (isFinal)
                return null;
            await FillAsync(cancellationToken);
        }
    }

    public void Dispose() => reader.Dispose();

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length)
            Grow();
        var count = await reader.ReadAsync(buffer.AsMemory(end), cancellationToken);
        isFinal = count == 0;
        end += count;
    }

    void Grow()
    {
        if (buffer.Length >= LongestToken)
            throw new PageFormatException("The HTML page has a tag or text of more than a million characters.");
        Array.Resize(ref buffer, buffer.Length * 2);
    }
}
