using FsCheck;
using FsCheck.Fluent;
using PyRepo.Server.Content.Descriptions;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Tests.Content.Descriptions.Rst;

/// <summary>Whatever somebody uploads as reStructuredText does nothing to those who read it, and costs little.
/// </summary>
[Trait("Cost", "high")]
public sealed class HostileRstTests
{
    static readonly string[] _pieces =
    [
        "*", "**", "`", "``", "`_", "`__", "_", "__", "|", "|_", "[1]_", "[#]_", "[x]_", ":code:`", ":", "::", "\\",
        "\\ ", "<", ">", " <https://a.example/>`_", " <javascript:alert(1)>`_", "https://a.example/",
        "javascript:alert(1)",
        "a@b.example", "x", "x_", "x__", " ", "  ", "    ", "\t", "\n", "\n\n", "\n ", "\n   ", "\0", "\r", "\ud800",
        "\u0301", "\u202e", "=====", "-----", "~~~~~", "=\n", "==  ==\n", "+---+---+\n", "| a | b |\n", "+===+===+\n",
        "* ", "- ", "1. ", "#. ", "(a) ", ":a: ", "-f  ", "--file=X  ", "| ", ">>> ", "> ", ".. ", "..\n",
        ".. _x: ", ".. _x:\n", "__ ", ".. __: ", ".. [1] ", ".. [#] ", ".. |x| image:: ", ".. |x| replace:: |x|\n",
        ".. |x| unicode:: 0x3c 0x202e\n", ".. note:: ", ".. image:: ", ".. figure:: ", "   :target: javascript:x\n",
        "   :alt: \"><script>\n", ".. raw:: html\n\n   <script>", ".. include:: x\n", ".. code:: python\n\n   ",
        ".. contents::\n", ".. list-table::\n\n   * - ", ".. table:: x\n\n   ", ".. class:: main\n", "<script>",
        "\" onclick=\"alert(1)", "&lt;", "&#x3c;", "_`", ".. role:: raw(html)\n", ":raw-html:`<b>`",
    ];

    static readonly Arbitrary<string> _texts =
        Gen.Elements(_pieces).ArrayOf().Select(string.Concat).ToArbitrary();

    public static TheoryData<string> Pieces => [.. _pieces, .. _more];

    static readonly string[] _more =
    [
        "*a ", "**a ", "``a ", "`a ", "`a <b", "`a`:b", "|a ", "a-", "a.", "[a", ":a", ":a:`b", "a\n=\n", "a\n b\n",
        " a\n",
        "- a\n", "1. a\n", ":a: b\n", "| a\n", "| a\n b\n", "::\n\n", ".. a::\n", ".. _a: b\n",
        "== ==\na  b\n",
        "+-+\n|a|\n", "+-+-+\n", "a@", "http://a ", "'*", "(`",
    ];

    [Fact]
    public void No_text_leaves_anything_unsafe() => Prop.ForAll(_texts, text =>
    {
        Assert.Empty(new ShownDescription(DescriptionHtml.Render(text, "text/x-rst").Html).Problems());
        Assert.Empty(new ShownDescription(DescriptionHtml.Render(text, null).Html).Problems());
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(4000).WithEndSize(80));

    /// <summary>Twice as much text takes about twice the time, and never more than a second.</summary>
    [Theory]
    [MemberData(nameof(Pieces))]
    public void A_repetitive_text_is_rendered_in_time(string repeated)
    {
        foreach (var before in (string[])["", "- ", "a\n ", ".. note:: ", "*a ", "| "])
        {
            var text = before + string.Concat(Enumerable.Repeat(repeated, 256 * 1024 / repeated.Length));
            for (var time = 1; ; time++)
            {
                var began = ThreadTime.OfCurrent();
                DescriptionHtml.Render(text, "text/x-rst");
                if (ThreadTime.OfCurrent() - began is var took && took <= TimeSpan.FromSeconds(1))
                    break;
                Assert.True(time < 3, $"After '{before}' it took {took}.");
            }
        }
    }
}
