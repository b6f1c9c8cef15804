using PyRepo.Release.Notes;

namespace PyRepo.Release.Tests;

public sealed class ChangelogTests
{
    const string Text = """
        # Changelog

        ## Unreleased

        ### Added

        - Something new.

        ## 1.1.0 (2026-11-29)

        ### Added

        - `spec.x: { y: 1 }` does a thing in `config.yaml`. It is
          off by default.
        - Another, of two
          lines

        ### Fixed

        - A fault.

        ## 1.0.0

        - Before.

        """;

    [Fact]
    public void The_notes_are_those_of_the_version() => Assert.Equal(
        ("1.1.0 (2026-11-29)", "### Added", "- A fault.\n", false),
        (Changelog.Read(Text, "1.1.0").Heading, Changelog.Read(Text, "1.1.0").Text.Split('\n')[0],
            Changelog.Read(Text, "1.1.0").Text[^11..], Changelog.Read(Text, "1.1.0").IsUnreleased));

    [Fact]
    public void A_version_without_a_part_has_the_notes_of_what_is_unreleased()
    {
        Assert.True(Changelog.Read(Text, "1.2.0").IsUnreleased);
        Assert.Throws<FormatException>(() => Changelog.Read("# Changelog\n", "1.2.0"));
    }

    [Fact]
    public void Each_change_has_its_kind_and_first_sentence() => Assert.Equal(
        [
            new Change("added", "`spec.x: { y: 1 }` does a thing in `config.yaml`."),
            new Change("added", "Another, of two lines"),
            new Change("fixed", "A fault."),
        ],
        Changelog.Read(Text, "1.1.0").Changes);
}
