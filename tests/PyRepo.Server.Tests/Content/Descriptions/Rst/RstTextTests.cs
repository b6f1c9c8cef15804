using PyRepo.Server.Content.Descriptions;

namespace PyRepo.Server.Tests.Content.Descriptions.Rst;

public sealed class RstTextTests
{
    [Theory]
    [InlineData("a\nb\n\nc", "<p>a\nb</p><p>c</p>")]
    [InlineData("*a* **b** ``c *d*`` `e`", "<p><em>a</em> <strong>b</strong> <code>c *d*</code> <em>e</em></p>")]
    [InlineData("2 * 3 * 4, *.py, a*b*c, \\*x\\*", "<p>2 * 3 * 4, *.py, a*b*c, *x*</p>")]
    [InlineData(":code:`a` H\\ :sub:`2`\\ O", "<p><code>a</code> H<sub>2</sub>O</p>")]
    [InlineData(":class:`~a.B` :ref:`here <there>`", "<p><code>~a.B</code> here</p>")]
    [InlineData("- a\n- b\n\n  c", "<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>")]
    [InlineData("* a\n  b\n* c\n\n  * d", "<ul><li>a\nb</li><li>c<ul><li>d</li></ul></li></ul>")]
    [InlineData("1. a\n2. b\n\n4. c", "<ol><li>a</li><li>b</li></ol><ol start=\"4\"><li>c</li></ol>")]
    [InlineData("#. a\n#. b", "<ol><li>a</li><li>b</li></ol>")]
    [InlineData("1. a\nb", "<p>1. a\nb</p>")]
    [InlineData(":Date: today\n:A b: c\n  d", "<dl><dt>Date</dt><dd>today</dd><dt>A b</dt><dd>c\nd</dd></dl>")]
    [InlineData("term\n  what\nother\n  more", "<dl><dt>term</dt><dd>what</dd><dt>other</dt><dd>more</dd></dl>")]
    [InlineData("-f FILE, --file=FILE  The file.",
        "<dl><dt><code>-f FILE, --file=FILE</code></dt><dd>The file.</dd></dl>")]
    [InlineData("a::\n\n  <b>\n    c", "<p>a:</p><pre><code>&lt;b&gt;\n  c\n</code></pre>")]
    [InlineData("::\n\n> a\n> b", "<pre><code>&gt; a\n&gt; b\n</code></pre>")]
    [InlineData("a\n\n  b", "<p>a</p><blockquote><p>b</p></blockquote>")]
    [InlineData("| a\n|   b\n  c", "<p>a<br>&#160;&#160;b c</p>")]
    [InlineData("a\n\n----\n\nb", "<p>a</p><hr><p>b</p>")]
    [InlineData("a\n\n.. a comment\n   of lines\n\nb", "<p>a</p><p>b</p>")]
    [InlineData("..\n\n  a", "<blockquote><p>a</p></blockquote>")]
    [InlineData(".. note:: a\n   b", "<blockquote><p><strong>Note</strong></p><p>a\nb</p></blockquote>")]
    [InlineData(".. warning::\n\n   a", "<blockquote><p><strong>Warning</strong></p><p>a</p></blockquote>")]
    [InlineData("== ==\na  b\n== ==\nc  d\n   e\n== ==",
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d\ne</td></tr></tbody></table>")]
    [InlineData("+---+---+\n| a | b |\n+===+===+\n| c | - |\n+---+---+",
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td><ul><li></li></ul></td></tr>"
        + "</tbody></table>")]
    [InlineData(".. list-table:: T\n   :header-rows: 1\n\n   * - a\n     - b\n   * - c\n     - d",
        "<p><strong>T</strong></p><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td>"
        + "</tr></tbody></table>")]
    [InlineData(">>> 1\n1",
        "<pre><code><span class=\"hl-o\">&gt;&gt;&gt;</span> <span class=\"hl-n\">1</span>\n1\n</code></pre>")]
    [InlineData(".. code-block:: python\n   :linenos:\n\n   return 1", "<pre><code><span class=\"hl-k\">return</span> "
        + "<span class=\"hl-n\">1</span>\n</code></pre>")]
    public void It_is_rendered(string text, string expected) => Assert.Equal(expected, Inside(text));

    [Fact]
    public void Titles_are_headings_by_the_order_of_their_lines()
    {
        var headings = Shown("=\nA\n=\n\nB\n-\n\nC\n~\n\nD\n-\n").Main.QuerySelectorAll("h1,h2,h3,h4,h5,h6");
        Assert.Equal(["h2 A", "h3 B", "h4 C", "h3 D"], headings.Select(h => $"{h.LocalName} {h.TextContent}"));
    }

    [Theory]
    [InlineData("`x <https://a.example/>`_", "x>https://a.example/")]
    [InlineData("`x y`_\n\n.. _X  y: https://a.example/\n   b", "x y>https://a.example/b")]
    [InlineData("x_ and x__.\n\n.. _x: y_\n.. _y: https://a.example/\n__ https://b.example/",
        "x>https://a.example/ x>https://b.example/")]
    [InlineData(".. _x:\n.. _y: https://a.example/\n\nx_", "x>https://a.example/")]
    [InlineData("`Getting started`_\n\nGetting started\n---------------",
        "Getting started>#description-getting-started")]
    [InlineData(".. _here:\n\nText\n\nhere_", "here>#description-here")]
    [InlineData("(https://a.example/b_c). a@b.example",
        "https://a.example/b_c>https://a.example/b_c a@b.example>mailto:a@b.example")]
    [InlineData("|x|\n\n.. |x| image:: https://a.example/x.png", "x>https://a.example/x.png")]
    [InlineData("|x|\n\n.. |x| image:: x.png\n   :alt: CI\n   :target: https://a.example/", "CI>https://a.example/")]
    [InlineData("|x|_\n\n.. |x| replace:: *y*\n.. _x: https://a.example/", "y>https://a.example/")]
    [InlineData(".. image:: https://a.example/x.png\n   :alt: Logo", "Logo>https://a.example/x.png")]
    [InlineData("a [1]_\n\n.. [1] b", "[1]>#description-note-1")]
    [InlineData("a [#]_ [#n]_\n\n.. [#] b\n.. [#n] c", "[1]>#description-note-1 [2]>#description-note-2")]
    [InlineData(":pep:`8`", "PEP 8>https://peps.python.org/pep-0008")]
    [InlineData(".. contents::\n\nA\n=\n\nB\n=\n", "A>#description-a B>#description-b")]
    public void Links_lead_where_they_say(string text, string expected)
    {
        var shown = Shown(text);
        Assert.Empty(shown.Problems());
        Assert.Equal(expected, string.Join(' ', shown.Links.Select(a => $"{a.TextContent}>{a.GetAttribute("href")}")));
    }

    [Theory]
    [InlineData("`x <javascript:alert(1)>`_")]
    [InlineData("`x <docs/index.rst>`_")]
    [InlineData("x_\n\n.. _x: /tokens/")]
    [InlineData("x_\n\n.. _x: x_")]
    [InlineData("x_\n\n.. _x: y_\n.. _y: x_")]
    [InlineData("`x`_")]
    [InlineData("`x <#main>`_")]
    [InlineData("|x|\n\n.. |x| image:: javascript:alert(1)")]
    public void A_link_to_nowhere_into_this_server_or_to_a_script_is_text(string text)
    {
        Assert.Empty(Shown(text).Links);
        Assert.Contains("x", Shown(text).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".. raw:: html\n\n   <script>alert(1)</script>")]
    [InlineData(".. include:: /etc/passwd")]
    [InlineData(".. literalinclude:: /etc/passwd")]
    [InlineData(".. csv-table:: x\n   :file: /etc/passwd")]
    [InlineData(".. automodule:: a\n   :members:")]
    [InlineData("+---+---+\n| a | b |\n+---+---+\n| over    |\n+-------+")]
    [InlineData("== ==\na  b\n")]
    public void What_is_not_known_or_could_do_something_is_shown_as_it_was_written(string text) => Assert.Equal(
        text.Trim(), Shown(text).Main.QuerySelector("pre")!.TextContent.Trim());

    [Theory]
    [InlineData("* ")]
    [InlineData("- ")]
    [InlineData("1. ")]
    [InlineData(".. note:: ")]
    public void Deep_nesting_ends_as_text(string mark) => Assert.Contains(
        "end", Shown(string.Concat(Enumerable.Repeat(mark, 200)) + "end").Text, StringComparison.Ordinal);

    static ShownDescription Shown(string text) => new(DescriptionHtml.Render(text, "text/x-rst").Html);

    static string Inside(string text) => Shown(text).Html["<div class=\"description\">".Length..^"</div>".Length];
}
