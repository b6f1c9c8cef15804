using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Descriptions.Rst;

/// <summary>Writes links and images. A link that leads to nothing, into this server or to a script is text, and an
/// image is a link to it: a page loads nothing from elsewhere.</summary>
sealed class RstLinks(SafeHtmlWriter writer, RstNames names, WorkBudget budget)
{
    /// <summary>The writer of the text.</summary>
    public SafeHtmlWriter Writer => writer;

    /// <summary>The names in the text.</summary>
    public RstNames Names => names;

    /// <summary>The budget of the whole text.</summary>
    public WorkBudget Budget => budget;

    /// <summary>Writes a text that is a link if its target can be linked to.</summary>
    public void Write(RstTarget? target, string text) => Write(target, () => writer.Text(text));

    /// <summary>Writes <c>`text &lt;address&gt;`_</c>, or the name of a target.</summary>
    public void WritePhrase(string phrase, bool isAnonymous)
    {
        var open = phrase is [.., '>'] ? phrase.LastIndexOf('<') : -1;
        if (open != 0 && (open < 0 || !char.IsWhiteSpace(phrase[open - 1])))
        {
            var name = RstInline.Unescape(phrase);
            Write(isAnonymous ? names.NextAnonymous() : names.Find(name), name);
            return;
        }
        var address = RstInline.Unescape(string.Concat(phrase[(open + 1)..^1].Where(c => !char.IsWhiteSpace(c))));
        var text = RstInline.Unescape(phrase[..open].Trim());
        if (phrase[(open + 1)..^1] is [.., '_'] indirect && !address.Contains('/', StringComparison.Ordinal))
        {
            Write(names.Find(indirect[..^1]), text);
            return;
        }
        if (address.Contains('@', StringComparison.Ordinal) && !address.Contains(':', StringComparison.Ordinal))
            address = $"mailto:{address}";
        if (!isAnonymous && text.Length > 0)
            names.TryAddAddress(text, address);
        Write(names.Resolve(address), text.Length > 0 ? text : address);
    }

    /// <summary>Writes what stands for a name between bars.</summary>
    public void WriteSubstitution(RstBlock content, RstTarget? target, int depth)
    {
        if (content is RstBlock.Image image)
            WriteImage(image, target);
        else if (content is RstBlock.Paragraph { Text: var text })
            Write(target, () => RstInline.Write(this, text, depth + 1));
    }

    /// <summary>Writes an image.</summary>
    public void WriteImage(RstBlock.Image image, RstTarget? around = null)
    {
        var text = image.Text is { Length: > 0 } alt ? RstInline.Unescape(alt) : "image";
        var target = around ?? (image.Target is { Length: > 0 } own ? names.Resolve(own) : null);
        if (target is not null)
            Write(target, text);
        else if (SafeLink.OfImage(image.Address) is { } address && !writer.IsInLink)
            Write(new(address, null), text);
        else
            writer.Text(image.Text ?? "");
    }

    void Write(RstTarget? target, Action content)
    {
        var attributes = new SafeAttributes
        {
            Fragment = target?.Id,
            Address = target?.Address is { } address ? SafeLink.External(address) : null,
        };
        var isLink = !writer.IsInLink && attributes is not { Fragment: null, Address: null };
        if (isLink)
            writer.Start("a", attributes);
        content();
        if (isLink)
            writer.End("a");
    }
}
