using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using PyRepo.Server.Content.Descriptions;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A piece of HTML. Text that is interpolated into one is encoded, another piece is not.</summary>
/// <param name="Text">The HTML.</param>
readonly record struct Html(string Text)
{
    /// <summary>No HTML.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>Creates HTML from a template: <c>Html.Of($"&lt;h1&gt;{name}&lt;/h1&gt;")</c>.</summary>
    public static Html From(HtmlInterpolation template) => new(template.ToStringAndClear());

    /// <summary>Creates HTML from a template if a condition holds.</summary>
    public static Html If(
        bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] HtmlInterpolation template) =>
        condition ? new(template.ToStringAndClear()) : Empty;

    /// <summary>Puts pieces one after the other.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    /// <inheritdoc/>
    public override string ToString() => Text;
}

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
            _html!.Append(_encoder.Encode(VisibleText.Of(text)));
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
