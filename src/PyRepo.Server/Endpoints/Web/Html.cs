using System.Runtime.CompilerServices;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A piece of HTML. Text that is interpolated into one is encoded, another piece is not.</summary>
/// <param name="Text">The HTML.</param>
readonly record struct Html(string Text)
{
    /// <summary>No HTML.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>Creates HTML from a template: <c>Html.Of($"&lt;h1&gt;{name}&lt;/h1&gt;")</c>.</summary>
    public static Html Of(HtmlInterpolation template) => new(template.ToStringAndClear());

    /// <summary>Creates HTML from a template if a condition holds.</summary>
    public static Html If(
        bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] HtmlInterpolation template) =>
        condition ? new(template.ToStringAndClear()) : Empty;

    /// <summary>Puts pieces one after the other.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
