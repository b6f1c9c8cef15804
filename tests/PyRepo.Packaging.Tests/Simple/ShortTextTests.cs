using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

public sealed class ShortTextTests
{
    [Fact]
    public void A_short_text_is_unchanged()
    {
        var text = new string('x', PageLimits.MaxReasonLength);
        Assert.Same(text, ShortText.Shorten(text));
        Assert.Null(ShortText.Shorten(null));
        Assert.Equal("", ShortText.Shorten(""));
    }

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        Assert.Equal(PageLimits.MaxReasonLength, ShortText.Shorten(new string('x', 30_000))!.Length);
        Assert.DoesNotContain(ShortText.Shorten(string.Concat(Enumerable.Repeat("😀", 300)))!.TrimEnd('…').Chunk(2),
            pair => !char.IsSurrogatePair(pair[0], pair[^1]));
    }
}
