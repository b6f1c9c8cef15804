using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Server.Endpoints.Web;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed partial class PageAssetsTests
{
    const int MaxStyles = 12 << 10;

    [Fact]
    public void The_style_sheet_is_small_and_loads_nothing()
    {
        var styles = Encoding.UTF8.GetString(PageAssets.Styles.Bytes);
        Assert.InRange(PageAssets.Styles.Bytes.Length, 1, MaxStyles);
        Assert.DoesNotContain("@import", styles, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", styles, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_color_that_is_used_is_defined()
    {
        var styles = Encoding.UTF8.GetString(PageAssets.Styles.Bytes);
        var defined = Definition.Matches(styles).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Subset(defined, Use.Matches(styles).Select(match => match.Groups[1].Value).ToHashSet());
    }

    [GeneratedRegex("(--[a-z-]+):")]
    static partial Regex Definition { get; }

    [GeneratedRegex(@"var\((--[a-z-]+)\)")]
    static partial Regex Use { get; }
}
