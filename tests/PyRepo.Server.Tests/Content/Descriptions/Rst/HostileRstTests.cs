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

    /// <summary>Texts that are short, or whose output is, and that name something long again and again.</summary>
    public static TheoryData<string> Costly =>
    [
        $".. |a| replace:: {Repeat("|b| ", 9000)}\n.. |b| replace:: {Repeat("|c| ", 9000)}\n"
            + $".. |c| unicode:: 0x20\n\n{Repeat("|a| ", 9000)}",
        $"{Repeat("|x ", 80_000)}y|",
        $"{Repeat("`x ", 80_000)}y`_",
        $".. _a: `{Repeat("long ", 50_000)}`_\n\n{Repeat("a_ ", 60_000)}",
        $".. _a: b_\n.. _b: {new string('c', 3000)}_\n.. _{new string('c', 3000)}: `a`_\n\n{Repeat("a_ ", 60_000)}",
        $".. |a| replace:: {Repeat("x", 200_000)}\n\n{Repeat("|a| ", 10_000)}",
    ];

    static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    [Theory]
    [MemberData(nameof(Costly), DisableDiscoveryEnumeration = true)]
    public void What_a_text_names_is_paid_for_each_time(string text) => MustTakeNoSecond(text);

    [Fact]
    public void No_random_text_takes_long()
    {
        var random = new Random(1);
        for (var i = 0; i < 40; i++)
        {
            var text = new System.Text.StringBuilder();
            var few = random.GetItems(_pieces.Concat(_more).ToArray(), random.Next(2, 12));
            while (text.Length < 256 * 1024)
                text.Append(few[random.Next(few.Length)]);
            MustTakeNoSecond($"{text}");
        }
    }

    static void MustTakeNoSecond(string text)
    {
        for (var time = 1; ; time++)
        {
            var began = ThreadTime.OfCurrent();
            DescriptionHtml.Render(text, "text/x-rst");
            if (ThreadTime.OfCurrent() - began is var took && took <= TimeSpan.FromSeconds(1))
                return;
            Assert.True(time < 3, $"It took {took}: {text[..Math.Min(text.Length, 200)]}");
        }
    }

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
            MustTakeNoSecond(before + Repeat(repeated, 256 * 1024 / repeated.Length));
    }
}
