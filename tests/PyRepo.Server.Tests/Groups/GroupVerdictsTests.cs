using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Grouped;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Groups;
using PyRepo.Server.Tests.Hosted;

namespace PyRepo.Server.Tests.Groups;

/// <summary>A group shows who attested the files of its hosted members.</summary>
public sealed class GroupVerdictsTests : IDisposable
{
    readonly AttestedFolder _folder = new();
    readonly HostedFolder _other = new();

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(Resolution.FirstMatch, false)]
    [InlineData(Resolution.Merge, false)]
    [InlineData(Resolution.FirstMatch, true)]
    [InlineData(Resolution.Merge, true)]
    public async Task Why_the_page_and_the_document_of_a_group_show_what_the_member_proved(
        Resolution resolution, bool isRemote)
    {
        var file = await ServeAsync(resolution, isRemote);
        var why = (await _folder.WhyAsync())[file]!.Value;
        Assert.Equal("verified", why.GetProperty("verdict").GetString());
        Assert.Equal(
            AttestedFolder.Commit, why.GetProperty("attestations")[0].GetProperty("commit").GetString());
        var url = (await _folder.UrlsAsync()).Single(each => each.GetProperty("filename").GetString() == file);
        Assert.Equal("verified", url.GetProperty("provenance").GetProperty("verdict").GetString());
        Assert.Contains(
            "GitHub acme/lib release.yml", await _folder.GetAsync("project/foo/1.0/?tab=files"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_of_a_group_follows_the_trusted_root_of_its_member()
    {
        await ServeAsync(Resolution.FirstMatch, isRemote: false);
        foreach (var (root, verdict) in new[] { (_folder.Root, "verified"), (TrustedRootSource.Public, "refused") })
        {
            _folder.Use(root);
            var provenance = Assert.Single(await _folder.UrlsAsync()).GetProperty("provenance");
            Assert.Equal(verdict, provenance.GetProperty("verdict").GetString());
        }
    }

    [Fact]
    public async Task The_document_of_a_group_follows_the_trusted_root_of_a_member_on_another_server_after_minutes()
    {
        await ServeAsync(Resolution.FirstMatch, isRemote: true);
        Assert.Equal("verified", await VerdictAsync());
        _folder.Use(TrustedRootSource.Public);
        _folder.Folder.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("refused", await VerdictAsync());
    }

    [Fact]
    public async Task A_member_that_does_not_explain_leaves_pages_and_documents_without_verdicts()
    {
        await ServeAsync(Resolution.FirstMatch, isRemote: true);
        _remote!.IsSilent = true;
        Assert.Contains("foo-1.0-py3", await _folder.GetAsync("project/foo/1.0/?tab=files"), StringComparison.Ordinal);
        Assert.Null(await VerdictAsync());
        _remote.IsSilent = false;
        Assert.Equal("verified", await VerdictAsync());
    }

    [Fact]
    public async Task A_download_that_is_not_there_lets_nobody_verify_anything()
    {
        await ServeAsync(Resolution.Merge, isRemote: false);
        await _other.AddWheelAsync("foo", "0.1");
        var opened = new List<string>();
        _folder.Folder.Store.BeforeOpen = opened.Add;
        var group = new GroupRepository(
            [new("other", _other.Repository, IsProxy: false), new("team", _folder.Repository, IsProxy: false)],
            Resolution.Merge, []);
        var request = new FileRequest(
            ProjectName.Parse("foo"), "foo-1.0-py3-none-none.whl", null, FileContentKind.Bytes);
        Assert.IsType<OpenAnswer.NotFound>(await group.OpenAsync(request, default));
        Assert.DoesNotContain(opened, key => key.EndsWith(".provenance", StringComparison.Ordinal));
    }

    RemoteRepository? _remote;

    async Task<string?> VerdictAsync() =>
        Assert.Single(await _folder.UrlsAsync()).GetProperty("provenance").TryGetProperty("verdict", out var verdict)
            ? verdict.GetString()
            : null;

    async Task<string> ServeAsync(Resolution resolution, bool isRemote)
    {
        await _folder.OpenAsync();
        await _other.OpenAsync();
        await _other.AddWheelAsync("bar", "1.0");
        var file = await _folder.AddAsync();
        _remote = new RemoteRepository(_folder.Repository);
        IRepository member = isRemote
            ? new MemberRepository(_remote, isHosted: true, _folder.Folder.Clock)
            : _folder.Repository;
        _folder.Serve(
            new GroupRepository(
                [new("other", _other.Repository, IsProxy: false), new("team", member, IsProxy: false)], resolution, []),
            "other", "team");
        return file;
    }

    /// <summary>A repository on another server, whose explanations come as JSON.</summary>
    sealed class RemoteRepository(IRepository inner) : IRepository
    {
        public bool IsSilent { get; set; }

        public async ValueTask<ProjectAnswer> ExplainAsync(
            ProjectName project, string version, CancellationToken cancellationToken)
        {
            if (IsSilent)
                return new ProjectAnswer.Unavailable(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1));
            var answer = await inner.ExplainAsync(project, version, cancellationToken);
            var json = JsonSerializer.Serialize(
                Explanation.From(project, version, answer), ExplanationJson.Default.Explanation!);
            return new ProjectAnswer.Known(
                JsonSerializer.Deserialize(json, ExplanationJson.Default.Explanation)!.ToSnapshot(project));
        }

        public ValueTask<ProjectListAnswer> ListProjectsAsync(CancellationToken cancellationToken) =>
            inner.ListProjectsAsync(cancellationToken);

        public ValueTask<ProjectAnswer> GetProjectAsync(
            ProjectName project, DateTimeOffset? asOf, CancellationToken cancellationToken) =>
            inner.GetProjectAsync(project, asOf, cancellationToken);

        public ValueTask<SnapshotVersion> FindAsync(ProjectName project, CancellationToken cancellationToken) =>
            inner.FindAsync(project, cancellationToken);

        public ValueTask<OpenAnswer> OpenAsync(FileRequest request, CancellationToken cancellationToken) =>
            inner.OpenAsync(request, cancellationToken);
    }
}
