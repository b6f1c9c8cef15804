using EndToEnd.Serving;

namespace EndToEnd.Browser;

/// <summary>The projects of <see cref="PagesServer"/>.</summary>
static class SampleProjects
{
    /// <summary>A name as long as real ones hardly are, without a place to break it.</summary>
    public const string LongName =
        "pneumonoultramicroscopicsilicovolcanoconiosis-averyverylongwordwithoutanyplacetobreakitatall";

    /// <summary>The metadata of acme-lib 2.0, with a README.</summary>
    public const string Markdown = """
        Summary: What every service of Acme's shares: logging, settings and retries
        Author: Ann Example
        Author-email: Ann Example <ann@acme.example>
        License-Expression: MIT
        Keywords: logging,settings,retries
        Classifier: Development Status :: 5 - Production/Stable
        Classifier: Programming Language :: Python :: 3 :: Only
        Project-URL: Documentation, https://docs.acme.example/lib/
        Project-URL: Source, https://code.acme.example/lib
        Requires-Dist: attrs>=23
        Requires-Dist: rich>=13; extra == "cli"
        Provides-Extra: cli
        Description-Content-Type: text/markdown

        # acme-lib

        [![Build](https://badges.acme.example/build.svg)](https://ci.acme.example/)
        ![Cover](https://badges.acme.example/c.svg)

        Read the [documentation](https://docs.acme.example/lib/), or go to [Settings](#settings).

        ## Settings

        | Name | Default | What it does |
        |:-----|:-------:|-------------:|
        | `ACME_LOG_LEVEL_OF_EVERY_SINGLE_LOGGER` | `info` | The level below which nothing is logged |
        | `ACME_RETRIES` | 3 | How often a request is sent again |

        ```python
        from acme import Client, settings, retries_with_exponential_backoff_and_jitter_for_every_request_of_the_client

        client = Client(settings.load())  # reads the environment
        ```

        1. Install it
        2. Configure it
           - [x] done
           - [ ] to do

        > Version 2 needs Python 3.9.

        """;

    const string Rst = """
        Summary: A documentation that was written as reStructuredText
        Description-Content-Type: text/x-rst

        acme-rst
        ========

        .. code-block:: python

            import acme_rst

        * one
        * two

        """;

    /// <summary>Their source distributions.</summary>
    public static IReadOnlyList<MadeSdist> All { get; } =
    [
        MadeSdist.Create("Acme.Rst", "1.0", Rst),
        From(LongName, "1.0.post20260101.dev12+build.of.a.long.local.label", "A project with a long name"),
        From("acme-a-project-with-quite-a-long-name", "1.0", "Another long name"),
        From("sensor-reader", "3.1", "Reads the temperature of greenhouses"),
        From("sensor-writer", "3.1", "Writes what was read"),
        From("greenhouse", "2026.1", "Tomatoes, mostly"),
        From("ledger", "0.1", "Double-entry bookkeeping"),
        From("invoice-printer", "4.0", "Prints invoices from the ledger"),
        From("umlaut", "1.0", "Größe, naïveté und 数据 → ok"),
        From("only-pre", "1.0b2", "Has nothing but a pre-release"),
        From("zebra", "1.0", "Stripes"),
        MadeSdist.Create("dependent", "1.0", "Requires-Dist: not-in-this-repository\nRequires-Dist: Ledger>=0.1\n"),
        MadeSdist.Create("acme-lib", "1.0", "Summary: Older\n"),
        MadeSdist.Create("acme-lib", "1.1", "Summary: Broken\n"),
        MadeSdist.Create("acme-lib", "2.0", Markdown),
        MadeSdist.Create("acme-lib", "2.1rc1", "Summary: What comes next\n"),
    ];

    static MadeSdist From(string project, string version, string summary) =>
        MadeSdist.Create(project, version, $"Summary: {summary}\n");
}
