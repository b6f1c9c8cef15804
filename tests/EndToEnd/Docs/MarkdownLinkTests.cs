namespace EndToEnd.Docs;

/// <summary>Links in the repository, as a forge follows them.</summary>
public sealed class MarkdownLinkTests
{
    [Fact]
    public void Each_link_of_a_Markdown_file_leads_to_a_file_and_a_heading_that_exist() => Faults.AssertNone(
        from file in MarkdownFile.All.Values
        from link in file.Links
        let place = RepositoryPlace.FromLink(file.Path, link)
        where place is { Exists: false }
        select $"{file.Path}: {link}");

    [Fact]
    public void Each_page_that_a_program_names_exists()
    {
        // An alert's runbook, a problem's type, a message of the plugin.
        Assert.Contains(
            new("config/monitoring/rules.yaml", "docs/runbooks.md", "pyreponotready"), RepositoryPlace.OfPrograms);
        Assert.Contains(RepositoryPlace.OfPrograms, place => place is { Path: "docs/errors.md", Anchor: "conflict" });
        Assert.Contains(RepositoryPlace.OfPrograms, place => place is { Path: "docs/operator.md", Anchor: "reasons" });
        Faults.AssertNone(from place in RepositoryPlace.OfPrograms where !place.Exists select place.ToString());
    }
}
