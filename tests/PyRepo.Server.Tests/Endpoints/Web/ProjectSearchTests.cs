using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Web;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed class ProjectSearchTests
{
    static readonly CatalogEntry[] _entries =
    [
        Entry("acme", "Anvils for all"),
        Entry("acme-http", "A client"),
        Entry("fast-http", "Requests, quickly"),
        Entry("httpfast", "Something else"),
        Entry("json-tools", "Parse JSON over HTTP"),
        Entry("other", null),
        Entry("requests", "HTTP for humans"),
    ];

    [Theory]
    [InlineData("acme", "acme acme-http")]
    [InlineData("ACME", "acme acme-http")]
    [InlineData("acme_http", "acme-http")]
    [InlineData("http fast", "fast-http httpfast")]
    [InlineData("http", "httpfast acme-http fast-http json-tools requests")]
    [InlineData("humans", "requests")]
    [InlineData("http humans", "requests")]
    [InlineData("http nothing", "")]
    [InlineData("requests", "requests fast-http")]
    [InlineData("   ", "")]
    [InlineData("", "")]
    public void Names_come_before_summaries_and_all_words_must_occur(string query, string expected) =>
        Assert.Equal(
            expected, string.Join(' ', ProjectSearch.Find([.. _entries], query).Select(entry => entry.Project.Value)));

    [Fact]
    public void A_long_query_is_cut()
    {
        Assert.Empty(ProjectSearch.Find([.. _entries], new string('x', 100_000)));
        Assert.Single(ProjectSearch.Find([.. _entries], $"json{new string(' ', 300)}nothing"));
    }

    static CatalogEntry Entry(string name, string? summary) => new(ProjectName.Parse(name)) { Summary = summary };
}
