using PyRepo.Server.Content.Descriptions;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>What renders the descriptions of projects.</summary>
static class DescriptionReaders
{
    static readonly string[] _inline =
    [
        "*", "**", "*a ", "_", "__", "~~", "`", "``", "`a", "[", "]", "](", "[a](b", "[a](<b", "![", "![a](", ")", "<",
        ">", "<b>", "</b>", "<a href=", "<!--", "-->", "&", "&amp", "&#x3c;", "\\", "|", "https://a.example/",
        "www.a.b",
        "a@b.example", "[^§]", "[x§]", ":", "\"", "'", "x", " ", "é", "\u0301", "\u202e",
    ];

    static readonly string[] _markdown =
    [
        .. _inline, "\n", "\n\n", "# ", "> ", "- ", "- [x] ", "1. ", "    ", "\t", "```\n", "~~~", "|---|\n", "| a |\n",
        "a\n=\n", "[x§]: y\n", "[^§]: y\n", "<div>\n", "</div>", "<table><tr><td>", "<script>", "<?", "<![CDATA[",
        "***\n",
    ];

    static readonly string[] _rst =
    [
        .. _inline, "`_", "`__", "x§_", "x__", "|x§|", "|_", "[§]_", "[#]_", ":code:`", "::", "::\n\n", "\n", "\n\n",
        "\n ", "\n   ", "=====\n", "-----\n", "==  ==\n", "+---+\n", "+===+\n", "| a | b |\n", "* ", "- ", "#. ",
        "(a) ", ":a§: ", "-f  ", "--file=X  ", ">>> ", ".. ", ".. _x§: ", ".. _x§: x1_\n", "__ ", ".. [#] ",
        ".. |x§| replace:: ", ".. |x§| replace:: |x1|\n", ".. |x§| unicode:: 0x20\n", ".. note:: ", ".. image:: ",
        ".. code:: python\n\n   ", ".. list-table::\n\n   * - ", ".. role:: x§\n", ".. contents::\n",
    ];

    static readonly string[] _code =
    [
        "\"", "'", "\"\"\"", "'''", "#", "//", "/*", "$", "${", "}", "{", "(", ")", "[", "]", "\n", ">>> ", "... ",
        "$ ",
        "=", ":", ": ", "- ", "\\", "a", "1", "1.", "def ", "x§", " ", "-", ";", "|", "&&", "f\"", "r'", "é", "\t",
    ];

    static readonly string[] _languages = ["python", "pycon", "console", "bash", "toml", "ini", "json", "yaml"];

    public static IEnumerable<HostileReader> All =>
    [
        new("Markdown", _markdown, text => DescriptionHtml.Render(text, "text/markdown"),
            "DescriptionHtml.Render", "MarkdownText.Render", "SafeHtml.Sanitize", "HtmlTokens.Read"),
        new("reStructuredText", _rst, text => DescriptionHtml.Render(text, "text/x-rst"),
            "RstText.Render", "RstParser.Parse", "RstDirective.Find"),
        new("a description without a type", _rst, text => DescriptionHtml.Render(text, null), "RstText.RenderIfMeant"),
        new("a plain description", _markdown, text => DescriptionHtml.Render(text, "text/plain")),
        .. _languages.Select(language => new HostileReader(
            $"{language} in colors", _code, code => CodeTokens.Split(code, language), "CodeTokens.Split")),
        new("code in Markdown", _code, text => DescriptionHtml.Render(text, "text/markdown"))
        {
            Frames = [.. _languages.Select(language => ($"```{language}\n", "\n```"))],
        },
    ];
}
