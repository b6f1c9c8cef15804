using PyRepo.Server.Content.Descriptions;

namespace PyRepo.Server.Tests.Content.Descriptions;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("e\u0301a\u0308")]
    [InlineData("\u0928\u093F\u0930\u094D\u0926\u0947\u0936")] // Devanagari
    [InlineData("שָׁלוֹם")]
    [InlineData("👩🏽‍💻 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    [InlineData("a\ud800b")]
    public void What_languages_need_stays(string text)
    {
        Assert.Equal(text, VisibleText.Of(text));
        Assert.Equal(text, VisibleText.OfCode(text));
    }

    [Fact]
    public void A_letter_has_at_most_eight_marks_whatever_is_between_them()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0300\u200d", 1000));
        var shown = VisibleText.Of($"a{marks}b\u0300");
        Assert.Equal(9, shown.Count(c => c == '\u0300'));
        Assert.EndsWith("b\u0300", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_shows_what_would_change_its_order() =>
        Assert.Equal("if \uFFFDx\uFFFD", VisibleText.OfCode("if \u202ex\u2069"));
}
