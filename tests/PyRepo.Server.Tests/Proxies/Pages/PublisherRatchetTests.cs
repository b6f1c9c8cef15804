using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Tests.Proxies.Pages;

public sealed class PublisherRatchetTests
{
    const string Ours = "acme/lib", Fork = "evil/lib";

    static readonly DateTimeOffset _firstLook = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly ProvenanceSettings _settings =
        new(new AttestationVerifier(TrustedRootSource.Public), TimeSpan.FromDays(7), IsAwaited: true);

    [Fact]
    public void A_file_by_the_same_repository_is_expected_whatever_its_workflow_and_case() =>
        Assert.Empty(Unexpected(new(1, -30, Ours), new(2, 1, Ours, "other.yml"), new(3, 2, "Acme/Lib")));

    [Theory]
    [InlineData(Fork)]
    [InlineData(null)]
    [InlineData("refused")]
    [InlineData("pending")]
    public void A_later_file_without_the_first_publisher_is_not_expected(string? publisher)
    {
        var files = Files(new(1, -30, Ours), new(2, 1, publisher));
        Assert.Equal(["GitHub acme/lib"], files[1].Verified!.Established);
    }

    [Fact]
    public void Files_from_before_the_first_attestation_stay_as_they_were() =>
        Assert.Empty(Unexpected(new(1, -60, null), new(2, -50, "refused"), new(3, -40, Ours), new(4, -40, null)));

    [Fact]
    public void Without_any_publisher_nothing_is_expected() =>
        Assert.Empty(Unexpected(new(1, -60, null), new(2, 1, "refused"), new(3, 2, "pending")));

    [Fact]
    public void A_project_may_have_changed_its_repository_before_it_was_first_looked_at() =>
        Assert.Empty(Unexpected(new(1, -60, Ours), new(2, -7, "acme/moved"), new(3, 1, "acme/moved"), new(4, 2, Ours)));

    [Fact]
    public void A_publisher_that_came_within_the_time_for_which_files_are_held_is_not_established() =>
        Assert.Equal([2, 3], Unexpected(new(1, -60, Ours), new(2, -6.9, Fork), new(3, 1, Fork)));

    /// <summary>Nobody has said that it is right, however long ago it was.</summary>
    [Fact]
    public void A_publisher_that_comes_later_is_never_established_by_time_alone() =>
        Assert.Equal([2, 3], Unexpected(new(1, -60, Ours), new(2, 1, Fork), new(3, 400, Fork)));

    [Fact]
    public void The_files_count_in_the_order_in_which_they_became_available()
    {
        MadeFile[] files = [new(1, -60, Ours), new(2, -1, Fork), new(3, 1, null)];
        foreach (var order in (int[][])[[0, 1, 2], [2, 1, 0], [1, 0, 2]])
            Assert.Equal([2, 3], Unexpected([.. order.Select(i => files[i])]).Order());
    }

    [Fact]
    public void A_repository_that_was_renamed_is_the_same_publisher() =>
        Assert.Empty(Unexpected(new(1, -60, Ours) { Id = "1" }, new(2, 1, "acme/renamed") { Id = "1" }));

    [Fact]
    public void A_repository_that_was_made_anew_under_the_same_name_is_another_publisher() =>
        Assert.Equal([2], Unexpected(new(1, -60, Ours) { Id = "1" }, new(2, 1, Ours) { Id = "2" }));

    [Theory]
    [InlineData(null)]
    [InlineData("pending")]
    [InlineData("refused")]
    public void The_publisher_is_remembered_when_upstream_removes_its_files(string? other)
    {
        var before = Page([new(1, -60, Ours), new(2, -50, other)]);
        Assert.Equal([3], Unexpected(Page([new(3, 1, Fork)], PublisherRatchet.Merge(before))));
    }

    [Fact]
    public void The_publisher_is_remembered_when_the_page_is_evicted()
    {
        var evicted = PageHistory.Evict(Page([new(1, -60, Ours)]));
        Assert.Empty(evicted.Verified);
        Assert.True(evicted.HasHistory);
        Assert.Equal([2], Unexpected(Page([new(2, 1, Fork)], evicted.Publishers)));
    }

    /// <summary>Whoever is verified first is not the first: the others come out later, or are gone by then.</summary>
    [Fact]
    public void A_publisher_that_came_first_is_established_though_another_was_remembered_before()
    {
        var remembered = PublisherRatchet.Merge(Page([new(1, -60, "pending"), new(2, -1, Fork)]));
        Assert.Equal([2, 3], Unexpected(Page([new(1, -60, Ours), new(2, -1, Fork), new(3, 1, Fork)], remembered)));
    }

    [Fact]
    public void What_another_trusted_root_proved_is_remembered_when_this_one_does_not()
    {
        var page = Page([new(1, -60, Ours)]);
        var refused = new VerifiedFile(
            Digest('a'), "another root", new() { Verdict = ProvenanceVerdict.Refused, Problem = "no" });
        var replaced = page.WithVerified(new Dictionary<string, VerifiedFile> { ["demo-1.tar.gz"] = refused }, 2);
        var established = PublisherRatchet.FindEstablished(replaced, _settings.HoldFor);
        Assert.Equal("GitHub acme/lib", Assert.Single(established).ToString());
    }

    [Fact]
    public void A_cached_file_that_upstream_removed_keeps_its_outcome_though_it_has_no_document_any_more()
    {
        var page = Page([new(1, -60, Ours)]);
        var evicted = PageHistory.Evict(page with
        {
            Metadata = page.Metadata with
            {
                RemovedAt = new() { ["demo-1.tar.gz"] = _firstLook },
                Verified = page.Metadata.Verified.ToDictionary(
                    each => each.Key, each => each.Value with { Root = "another root" }),
            },
        });
        page = page with { Metadata = evicted };
        var removed = Show(page)[0] with { Provenance = null, RemovedAt = _firstLook };
        var snapshot = new ProjectSnapshot { Project = removed.Name.Project, Version = "1", Files = [new(removed)] };
        var shown = Assert.Single(PublisherRatchet.AddTo(snapshot, page, _settings).Files).Distribution;
        Assert.Equal(ProvenanceVerdict.Verified, shown.Verified!.Verdict);
    }

    /// <summary>Upstreams without upload times have files of which only that is known.</summary>
    [Fact]
    public void A_file_that_was_absent_when_the_project_was_first_read_is_later_than_those_that_were_there()
    {
        var file = ToPageFile(new(1, 0, Ours)) with { UploadTime = null };
        var first = new ProjectDetail { Name = "demo", Files = [file] };
        var read = new CachedPage(first, new CachedPageMetadata
        {
            CheckedAt = _firstLook,
            FirstSeen = PageHistory.FirstSeen(first, null, _firstLook),
        });
        var next = first with { Files = [.. first.Files, ToPageFile(new(2, 0, Fork)) with { UploadTime = null }] };
        var seen = PageHistory.FirstSeen(next, read, _firstLook.AddDays(1));
        Assert.True(seen["demo-2.tar.gz"] > seen["demo-1.tar.gz"]);
    }

    [Fact]
    public void Other_bytes_are_verified_again()
    {
        var page = Page([new(1, -60, Ours)]);
        var changed = page with
        {
            Page = page.Page! with { Files = [page.Page.Files[0] with { Hashes = Hash('b') }] },
        };
        Assert.Equal(ProvenanceVerdict.Verified, Assert.Single(Show(page)).Verified!.Verdict);
        Assert.Equal(ProvenanceVerdict.Pending, Assert.Single(Show(changed)).Verified!.Verdict);
    }

    static int[] Unexpected(params MadeFile[] files) => Unexpected(Page(files));

    static int[] Unexpected(CachedPage page) =>
        [.. Show(page).Where(file => file.Verified!.Established is not null).Select(GetVersion)];

    static List<Distribution> Files(params MadeFile[] files) => Show(Page(files));

    static List<Distribution> Show(CachedPage page)
    {
        var project = ProjectName.Parse("demo");
        var snapshot = UpstreamSnapshot.From(project, page.Page!, null, page.Metadata.Dates, "1");
        return [.. PublisherRatchet.AddTo(snapshot, page, _settings).Files.Select(file => file.Distribution)];
    }

    static CachedPage Page(MadeFile[] files, IReadOnlyList<AttestingPublisher>? publishers = null)
    {
        var page = new ProjectDetail { Name = "demo", Files = [.. files.Select(ToPageFile)] };
        var metadata = new CachedPageMetadata
        {
            CheckedAt = _firstLook.AddYears(2),
            VerifiedSince = _firstLook,
            Publishers = publishers ?? [],
        };
        var bare = new CachedPage(page, metadata);
        var verified = Show(bare).Join(files, GetVersion, made => made.Version, (file, made) => (file, made))
            .Where(each => each.made.Publisher is not (null or "pending"))
            .ToDictionary(
                each => each.file.Name.FileName,
                each => VerifiedFile.From(each.file, GetOutcome(each.made), _settings));
        return bare with { Metadata = metadata with { Verified = verified } };
    }

    static PageFile ToPageFile(MadeFile made) => new()
    {
        FileName = $"demo-{made.Version}.tar.gz",
        Url = $"https://files.example.com/demo-{made.Version}.tar.gz",
        Hashes = Hash('a'),
        UploadTime = _firstLook.AddDays(made.Days),
        Provenance = made.Publisher is null ? null : $"https://example.com/{made.Version}/provenance",
    };

    static VerifiedProvenance GetOutcome(MadeFile made) => made.Publisher is "refused"
        ? new() { Verdict = ProvenanceVerdict.Refused, Problem = "has an attestation that is not proved" }
        : new()
        {
            Verdict = ProvenanceVerdict.Verified,
            Attestations =
            [
                new ProvenAttestation
                {
                    Publisher = $"GitHub {made.Publisher} {made.Workflow}",
                    Kind = "GitHub",
                    Name = made.Publisher!,
                    Workflow = made.Workflow,
                    Issuer = "https://token.actions.githubusercontent.com",
                    SignedAt = _firstLook,
                    Log = "rekor.test",
                    LogIndex = made.Version,
                    RepositoryId = made.Id,
                },
            ],
        };

    static FileHashes Hash(char digit) => new(Sha256Digest.Parse(Digest(digit)));

    static string Digest(char digit) => new(digit, 64);

    static int GetVersion(Distribution file) =>
        int.Parse(file.Name.VersionText, System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="Version">The version.</param>
    /// <param name="Days">When it was uploaded: days after the project was first looked at.</param>
    /// <param name="Publisher">The repository, or that it has no attestation (null), a wrong or an unverified one.</param>
    /// <param name="Workflow">The workflow.</param>
    sealed record MadeFile(int Version, double Days, string? Publisher, string Workflow = "release.yml")
    {
        /// <summary>The number of the repository.</summary>
        public string? Id { get; init; }
    }
}
