using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Groups;

namespace PyRepo.Server.Tests.Groups;

/// <summary>What lists and search show of a group.</summary>
public sealed class MergedCatalogTests
{
    readonly ListingMember _first = new(), _second = new();

    [Fact]
    public async Task With_first_match_the_first_member_provides_a_project()
    {
        _first.Add("acme", "1.0", "Ours");
        _second.Add("acme", "2.0", "Theirs");
        _second.Add("bolt", "1.0", "Bolts");
        var entries = (await GetGroup(Resolution.FirstMatch).GetCatalogAsync(default)).Entries;
        Assert.Equal(["acme 1.0 Ours one", "bolt 1.0 Bolts two"], entries.Select(Text));
    }

    [Fact]
    public async Task With_merge_the_later_release_is_shown_and_both_members_must_allow_it()
    {
        _first.Add("acme", "1.0", "Ours");
        _second.Add("acme", "2.0", "Theirs");
        var entry = Assert.Single((await GetGroup(Resolution.Merge).GetCatalogAsync(default)).Entries);
        Assert.Equal(("2.0", "Theirs", 2), (entry.LatestVersion, entry.Summary, entry.Files));
        Assert.Equal(["one", "two"], entry.AnsweredBy.Order());
    }

    [Fact]
    public async Task With_merge_a_prerelease_or_a_yanked_release_is_not_the_latest_one()
    {
        _first.Add("acme", "2.0", "Ours");
        _second.Add("acme", "3.0rc1", "Theirs");
        _first.Add("bolt", "2.0", "Ours");
        _second.Add("bolt", "3.0", "Theirs", isYanked: true);
        var entries = (await GetGroup(Resolution.Merge).GetCatalogAsync(default)).Entries;
        Assert.Equal(["2.0 Ours", "2.0 Ours"], entries.Select(entry => $"{entry.LatestVersion} {entry.Summary}"));
    }

    [Fact]
    public async Task A_reserved_name_does_not_come_from_a_proxy()
    {
        _second.Add("acme-secret", "1.0", "Theirs");
        _second.Add("bolt", "1.0", "Bolts");
        Assert.Equal(
            ["bolt 1.0 Bolts two"],
            (await GetGroup(Resolution.FirstMatch, "acme-*").GetCatalogAsync(default)).Entries.Select(Text));
    }

    [Fact]
    public async Task An_incomplete_member_says_so_and_a_change_is_noticed()
    {
        var group = GetGroup(Resolution.FirstMatch);
        _second.Incomplete = "It is still opening.";
        Assert.Equal("two: It is still opening.", (await group.GetCatalogAsync(default)).Incomplete);
        _second.Incomplete = null;
        _second.Add("bolt", "1.0", "Bolts");
        var catalog = await group.GetCatalogAsync(default);
        Assert.Null(catalog.Incomplete);
        Assert.Single(catalog.Entries);
        Assert.Same(catalog, await group.GetCatalogAsync(default));
    }

    GroupRepository GetGroup(Resolution resolution, params IReadOnlyList<string> reserved) => new(
        [new Member("one", _first, IsProxy: false), new Member("two", _second, IsProxy: true)], resolution,
        [.. reserved]);

    static string Text(CatalogEntry entry) =>
        $"{entry.Project} {entry.LatestVersion} {entry.Summary} {string.Join('/', entry.AnsweredBy)}";

    sealed class ListingMember : IRepository
    {
        Catalog _catalog = Catalog.Empty;

        public string? Incomplete
        {
            set => _catalog = _catalog with { Incomplete = value };
        }

        public void Add(string name, string version, string summary, bool isYanked = false) => _catalog = _catalog with
        {
            Entries = _catalog.Entries.Add(new CatalogEntry(ProjectName.Parse(name))
            {
                LatestVersion = version,
                IsLatestYanked = isYanked,
                Summary = summary,
                Files = 1,
            }),
        };

        public ValueTask<Catalog> GetCatalogAsync(CancellationToken cancellationToken) => new(_catalog);

        public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<ProjectAnswer> GetProjectAsync(
            ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<SnapshotVersion> FindAsync(
            ProjectName project, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
