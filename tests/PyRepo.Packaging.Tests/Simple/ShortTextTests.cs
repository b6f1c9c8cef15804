using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

public sealed class ShortTextTests
{
    [Fact]
    public void A_short_text_is_as_it_was()
    {
        var text = new string('x', PageLimits.MaxReasonLength);
        Assert.Same(text, ShortText.Of(text));
        Assert.Null(ShortText.Of(null));
        Assert.Equal("", ShortText.Of(""));
    }

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        Assert.Equal(PageLimits.MaxReasonLength, ShortText.Of(new string('x', 30_000))!.Length);
        Assert.DoesNotContain(ShortText.Of(string.Concat(Enumerable.Repeat("😀", 300)))!.TrimEnd('…').Chunk(2),
            pair => !char.IsSurrogatePair(pair[0], pair[^1]));
    }
}
