using System.Text;

namespace PyRepo.Kubernetes.Events;

/// <summary>Makes texts as short as the API wants them.</summary>
static class EventText
{
    /// <summary>The most bytes of a note (events.k8s.io/v1: "maximal length of the note is 1kB").</summary>
    public const int MaxNoteLength = 1024;

    const string Ellipsis = "…";

    /// <summary>A text of so many bytes of UTF-8 at most; one that was longer ends in an ellipsis.</summary>
    public static string Shorten(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
            return text;
        var (left, length) = (bytes - Encoding.UTF8.GetByteCount(Ellipsis), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
                break;
            length += rune.Utf16SequenceLength;
        }
        return text[..length] + Ellipsis;
    }
}
