using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

public sealed class StringPoolTests
{
    [Fact]
    public void Equal_short_texts_share_one_string_and_long_ones_are_not_kept()
    {
        var first = StringPool.Intern(Text(100));
        Assert.Same(first, StringPool.Intern(Text(100)));
        // Any page may hold 512 different texts, which would stay in memory for good.
        var longer = StringPool.Intern(Text(1000));
        Assert.NotSame(longer, StringPool.Intern(Text(1000)));
    }

    static string Text(int length) => new('\u2603', length);
}
