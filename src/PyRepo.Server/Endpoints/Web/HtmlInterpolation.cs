using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>Encodes what is interpolated into HTML: text, and values of attributes between double quotes.</summary>
[InterpolatedStringHandler]
readonly struct HtmlInterpolation
{
    static readonly HtmlEncoder _encoder = HtmlEncoder.Create(UnicodeRanges.All);
    readonly StringBuilder? _html;

    public HtmlInterpolation(int literalLength, int formattedCount) =>
        _html = new StringBuilder(literalLength + (formattedCount * 16));

    public HtmlInterpolation(int literalLength, int formattedCount, bool condition, out bool isWanted)
    {
        isWanted = condition;
        _html = condition ? new StringBuilder(literalLength + (formattedCount * 16)) : null;
    }

    public void AppendLiteral(string html) => _html!.Append(html);

    public void AppendFormatted(string? text)
    {
        if (text is not null)
            _html!.Append(_encoder.Encode(text));
    }

    public void AppendFormatted(Html html) => _html!.Append(html.Text);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (var piece in pieces)
            _html!.Append(piece.Text);
    }

    public void AppendFormatted(int number) => _html!.Append(CultureInfo.InvariantCulture, $"{number}");

    public void AppendFormatted(long number) => _html!.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>Returns the HTML.</summary>
    public string ToStringAndClear() => _html!.ToString();
}
