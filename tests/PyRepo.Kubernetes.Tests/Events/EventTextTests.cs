using System.Text;
using PyRepo.Kubernetes.Events;

namespace PyRepo.Kubernetes.Tests.Events;

public sealed class EventTextTests
{
    [Fact]
    public void A_short_note_is_unchanged() => Assert.Equal("a note", EventText.Shorten("a note", 1024));

    [Theory]
    [InlineData("x")]
    [InlineData("ü")]
    [InlineData("🐍")]
    public void A_long_note_is_cut_between_two_characters(string character)
    {
        var note = EventText.Shorten(string.Concat(Enumerable.Repeat(character, 2000)), 1024);
        Assert.InRange(Encoding.UTF8.GetByteCount(note), 1020, 1024);
        Assert.EndsWith(character + "…", note, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', note);
    }

    [Fact]
    public void The_least_recently_used_entry_is_forgotten_first()
    {
        var recent = new LruCache<string, int>(2);
        recent.Set("a", 1);
        recent.Set("b", 2);
        Assert.True(recent.TryGet("a", out _));
        recent.Set("c", 3);
        Assert.False(recent.TryGet("b", out _));
        Assert.True(recent.TryGet("a", out var value));
        Assert.Equal((1, 2), (value, recent.Count));
    }
}
