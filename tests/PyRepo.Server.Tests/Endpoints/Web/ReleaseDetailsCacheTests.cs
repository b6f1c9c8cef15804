using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Web;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;

namespace PyRepo.Server.Tests.Endpoints.Web;

public sealed class ReleaseDetailsCacheTests
{
    static readonly Sha256Digest _claimed = Sha256Digest.HashData([1]);

    [Fact]
    public async Task A_digest_that_an_upstream_only_claims_shows_nothing_of_another_repository()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(1 << 20), WorkGate.Shared);
        var (own, upstream) = (new OneFile("Private words"), new OneFile("Poisoned words"));
        Assert.Equal("Private words", await SummaryAsync(cache, own, "acme"));
        Assert.Equal("Poisoned words", await SummaryAsync(cache, upstream, "acme"));
        Assert.Equal("Private words", await SummaryAsync(cache, own, "acme"));
    }

    [Fact]
    public async Task A_digest_shows_nothing_of_another_project()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(1 << 20), WorkGate.Shared);
        var repository = new OneFile("First");
        Assert.Equal("First", await SummaryAsync(cache, repository, "acme"));
        repository.Summary = "Second";
        Assert.Equal("Second", await SummaryAsync(cache, repository, "bolt"));
    }

    [Fact]
    public async Task A_release_is_read_once()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(1 << 20), WorkGate.Shared);
        var repository = new OneFile("First");
        await SummaryAsync(cache, repository, "acme");
        await SummaryAsync(cache, repository, "acme");
        Assert.Equal(1, repository.Reads);
    }

    [Fact]
    public async Task Details_from_one_member_are_never_shown_for_a_file_of_another()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(1 << 20), WorkGate.Shared);
        var group = new OneFile("Theirs");
        Assert.Equal("Theirs", await SummaryAsync(cache, group, "acme", "public"));
        group.Summary = "Ours";
        Assert.Equal("Ours", await SummaryAsync(cache, group, "acme", "team"));
    }

    [Fact]
    public async Task A_long_description_is_cut_and_the_other_metadata_is_shown()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(16 << 20), WorkGate.Shared);
        var details = await ReadAsync(cache, new OneFile("A thing") { Description = new string('x', 300_000) }, "acme");
        Assert.Equal("A thing", details.Metadata?.Summary);
        Assert.Contains(
            "The description is cut here: it has more than 256 KiB.", details.Description.Html.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_is_too_long_is_named()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(16 << 20), WorkGate.Shared);
        var details = await ReadAsync(
            cache, new OneFile("A thing") { Headers = $"License: {new string('x', 300_000)}\n" }, "acme");
        Assert.Equal("A thing", details.Metadata?.Summary);
        Assert.Equal("Not shown, because it is too long: License.", details.MetadataNote);
    }

    [Fact]
    public async Task Metadata_that_is_too_large_is_not_known_and_the_reason_is_told()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(16 << 20), WorkGate.Shared);
        var details = await ReadAsync(
            cache, new OneFile("A thing") { Description = new string('x', 3 << 20) }, "acme");
        Assert.Equal(MetadataState.NotKnown, details.MetadataState);
        Assert.Equal(
            "The metadata of this release is not known. The metadata has more than 2 MiB.", details.MetadataNote);
    }

    [Fact]
    public async Task Metadata_that_does_not_come_is_not_known_until_it_comes()
    {
        var cache = new ReleaseDetailsCache(new MemoryBudget(1 << 20), WorkGate.Shared);
        var repository = new OneFile("First") { IsAway = true };
        var details = await ReadAsync(cache, repository, "acme");
        Assert.Equal(
            "The metadata of this release is not known. 'acme-1.0-py3-none-any.whl' is not available at the moment.",
            details.MetadataNote);
        repository.IsAway = false;
        Assert.Equal("First", await SummaryAsync(cache, repository, "acme"));
    }

    static async Task<string?> SummaryAsync(
        ReleaseDetailsCache cache, IRepository repository, string project, params ImmutableArray<string> answeredBy) =>
        (await ReadAsync(cache, repository, project, answeredBy)).Metadata?.Summary;

    static async Task<ReleaseDetails> ReadAsync(
        ReleaseDetailsCache cache, IRepository repository, string project, params ImmutableArray<string> answeredBy)
    {
        Assert.True(DistributionFileName.TryParse(
            $"{project}-1.0-py3-none-any.whl", ProjectName.Parse(project), out var name));
        var file = new Distribution
        {
            Name = name,
            Size = 1,
            Sha256 = _claimed,
            CoreMetadata = _claimed,
            UploadedAt = null,
            Location = "",
        };
        var known = new ProjectAnswer.Known(new ProjectSnapshot
        {
            Project = name.Project,
            Version = "1",
            Files = [new SnapshotFile(file)],
        })
        {
            AnsweredBy = answeredBy,
        };
        return await cache.GetAsync(repository, known, new Release("1.0", name.Version, [file]), default);
    }

    /// <summary>A repository that answers every request with the same metadata.</summary>
    sealed class OneFile(string summary) : IRepository
    {
        public string Summary { get; set; } = summary;

        public string Description { get; init; } = "Description";

        public string Headers { get; init; } = "";

        public bool IsAway { get; set; }

        public int Reads { get; private set; }

        public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken)
        {
            Reads++;
            if (IsAway)
                return new(new OpenAnswer.Unavailable(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1)));
            var metadata = Encoding.UTF8.GetBytes(
                $"Metadata-Version: 2.1\nName: acme\nVersion: 1.0\nSummary: {Summary}\n{Headers}\n{Description}\n");
            return new(new OpenAnswer.Found(new MemoryContent(metadata)
            {
                Length = metadata.Length,
                ETag = "\"1\"",
                LastModified = DateTimeOffset.UnixEpoch,
            }));
        }

        public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<ProjectAnswer> GetProjectAsync(
            ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<SnapshotVersion> FindAsync(
            ProjectName project, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
