namespace PyRepo.Operator.Settings;

/// <summary>
/// Images that a resource may name. <c>*</c> stands for any characters but a slash. A pattern with neither tag nor
/// digest allows all of them: <c>registry.example.com/tools/*</c>.
/// </summary>
public readonly record struct ImagePattern(string Text)
{
    /// <summary>All tags and digests of an image's repository.</summary>
    public static ImagePattern RepositoryOf(string image) => new(WithoutTag(image));

    /// <summary>Whether an image is one of them.</summary>
    public bool Allows(string image) =>
        Text.Length > 0 && (Matches(Text, image) || (Text == WithoutTag(Text) && Matches(Text, WithoutTag(image))));

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>A colon before the last slash is a registry's port.</summary>
    static string WithoutTag(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }

    static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
            return text.SequenceEqual(pattern);
        if (!text.StartsWith(pattern[..star]))
            return false;
        for (var end = star; end <= text.Length; end++)
        {
            if (Matches(pattern[(star + 1)..], text[end..]))
                return true;
            if (end < text.Length && text[end] == '/')
                return false;
        }
        return false;
    }
}
