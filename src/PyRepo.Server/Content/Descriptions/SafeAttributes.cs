using System.Globalization;
using System.Net;
using System.Text;

namespace PyRepo.Server.Content.Descriptions;

/// <summary>All attributes that an element of a description may have.</summary>
sealed record SafeAttributes
{
    /// <summary>The prefix of the ids of a description, so that they are not those of the page.</summary>
    public const string IdPrefix = "description-";

    /// <summary>The id, before the prefix.</summary>
    public string? Id { get; init; }

    /// <summary>The id that a link leads to, before the prefix.</summary>
    public string? Fragment { get; init; }

    /// <summary>Where else a link leads to, from <see cref="SafeLink"/>.</summary>
    public string? Address { get; init; }

    /// <summary>The alignment.</summary>
    public Alignment Alignment { get; init; }

    /// <summary>The first number of a list.</summary>
    public int? Start { get; init; }

    /// <summary>Writes them after the name of an element.</summary>
    public void WriteTo(StringBuilder html)
    {
        if (Id is not null)
            Write(html, "id", IdPrefix + Id);
        if (Fragment is not null)
        {
            Write(html, "href", "#" + IdPrefix + Uri.EscapeDataString(Fragment));
        }
        else if (Address is not null)
        {
            Write(html, "href", Address);
            Write(html, "rel", SafeLink.Relations);
        }
        if (Alignment is not Alignment.None)
            Write(html, "class", Alignment is Alignment.Center ? "align-center" : "align-right");
        if (Start is { } start)
            Write(html, "start", start.ToString(CultureInfo.InvariantCulture));
    }

    static void Write(StringBuilder html, string name, string value) =>
        html.Append(' ').Append(name).Append("=\"").Append(WebUtility.HtmlEncode(value)).Append('"');
}

/// <summary>How the text of an element is aligned.</summary>
enum Alignment
{
    /// <summary>As the page does.</summary>
    None,

    /// <summary>In the middle: the class <c>align-center</c>.</summary>
    Center,

    /// <summary>At the right: the class <c>align-right</c>.</summary>
    Right,
}
