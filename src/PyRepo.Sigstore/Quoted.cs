using System.Text;

namespace PyRepo.Sigstore;

/// <summary>Text of strangers in a reason: in one line that ends, and that shows no other characters than it has.</summary>
static class Quoted
{
    const int MaxLength = 200;

    /// <summary>Returns the text in quotes.</summary>
    public static string From(string text) => $"'{Printable(text)}'";

    /// <summary>Returns the text without quotes, and without those that it has.</summary>
    public static string Printable(string text)
    {
        var builder = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
            builder.Append(character is >= ' ' and <= '~' and not '\'' ? character : '?');
        return builder.Append(text.Length > MaxLength ? "…" : "").ToString();
    }
}
