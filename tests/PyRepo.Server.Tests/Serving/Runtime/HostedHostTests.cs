using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Runtime;

public sealed class HostedHostTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_folder_is_open_at_once_and_records_its_owner()
    {
        await using var storage = await StartAsync();
        Assert.Null(storage.Waiting);
        Assert.IsType<ProjectListAnswer.Known>(await storage.Repository.ListProjectsAsync(CancellationToken.None));
        var format = await File.ReadAllTextAsync(_folder["data/format.json"]);
        Assert.Equal("""{"version":1,"kind":"PythonRepository","name":"team-a"}""", format);
    }

    [Fact]
    public async Task A_folder_is_opened_again_and_its_format_is_left_alone()
    {
        await using (await StartAsync())
        {
        }
        var written = File.GetLastWriteTimeUtc(_folder["data/format.json"]);
        await using var storage = await StartAsync();
        Assert.Null(storage.Waiting);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder["data/format.json"]));
    }

    [Theory]
    [InlineData("""{"version":2,"kind":"PythonRepository","name":"team-a"}""", "version 2")]
    [InlineData("nonsense", "format.json")]
    [InlineData("null", "format.json")]
    [InlineData("", "format.json")]
    public async Task A_folder_whose_format_is_newer_or_damaged_is_not_opened_with_a_reason(string format, string why)
    {
        _folder.Write("data/format.json", format);
        await using var storage = await StartAsync();
        Assert.Contains(why, storage.Waiting, StringComparison.Ordinal);
        Assert.IsType<ProjectAnswer.Unavailable>(
            await storage.Repository.GetProjectAsync(ProjectName.Parse("foo"), null, CancellationToken.None));
        Assert.Equal(format, await File.ReadAllTextAsync(_folder["data/format.json"]));
    }

    [Fact]
    public async Task A_folder_with_unknown_features_is_served_read_only()
    {
        await using (var before = await StartAsync())
            await AddAsync(before, "foo-1.0.tar.gz", "bytes");
        const string format = """
            {"version":1,"kind":"PythonRepository","name":"team-a","features":["attestations","thumbnails"]}
            """;
        _folder.Write("data/format.json", format);
        await using var storage = await StartAsync();
        Assert.Null(storage.Waiting);
        Assert.Single(await FilesAsync(storage));
        const string reason =
            "The repository is read-only: it has 'thumbnails', which this server does not know. Use a newer server.";
        Assert.Equal(reason, storage.Storage.Store.ReadOnlyReason);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => AddAsync(storage, "foo-2.0.tar.gz", "bytes"));
        Assert.Equal(reason, refused.Message);
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => storage.Hosted.Files.DeleteAsync(ProjectName.Parse("foo"), "foo-1.0.tar.gz", "alice"));
        Assert.Single(await FilesAsync(storage));
        Assert.Equal(format, await File.ReadAllTextAsync(_folder["data/format.json"]));
    }

    [Fact]
    public async Task The_first_attestation_is_noted_in_the_format()
    {
        await using var storage = await StartAsync();
        await storage.Hosted.Files.Provenance.StoreAsync("packages/foo/@01m7bytes/foo-1.0.tar.gz", "{}"u8.ToArray());
        Assert.Equal(
            """{"version":1,"kind":"PythonRepository","name":"team-a","features":["attestations"]}""",
            await File.ReadAllTextAsync(_folder["data/format.json"]));
    }

    [Fact]
    public async Task A_folder_in_use_is_awaited_and_the_other_process_is_named()
    {
        using var other = DirectoryLock.TryTake(_folder.Folder("data"));
        await using var storage = await StartAsync();
        Assert.Contains($"in use by the process {Environment.ProcessId}", storage.Waiting, StringComparison.Ordinal);
        Assert.NotNull(storage.Hosted.UnavailableSince);
        Assert.False(File.Exists(_folder["data/format.json"]));
    }

    [Fact]
    public async Task A_folder_that_was_closed_can_be_opened_by_another()
    {
        await using (await StartAsync())
            Assert.Null(DirectoryLock.TryTake(_folder.Folder("data")));
        using var other = DirectoryLock.TryTake(_folder.Folder("data"));
        Assert.NotNull(other);
    }

    [Fact]
    public async Task A_folder_that_is_moved_away_is_unavailable_until_it_is_back()
    {
        await using var storage = await StartAsync();
        Directory.Move(_folder["data"], _folder["away"]);
        await Eventually.IsAsync("the folder is missed", () => Task.FromResult(storage.Waiting is not null));
        Assert.Contains("was removed, unmounted or replaced", storage.Waiting, StringComparison.Ordinal);
        Assert.IsType<ProjectAnswer.Unavailable>(
            await storage.Repository.GetProjectAsync(ProjectName.Parse("foo"), null, CancellationToken.None));
        Assert.NotNull(storage.Hosted.UnavailableSince);
        Assert.False(Directory.Exists(_folder["data"]));

        Directory.Move(_folder["away"], _folder["data"]);
        await Eventually.IsAsync("the folder is back", () => Task.FromResult(storage.Waiting is null));
        Assert.Null(storage.Hosted.UnavailableSince);
    }

    [Fact]
    public async Task A_record_that_is_not_a_file_is_not_taken_for_an_unknown_project()
    {
        _folder.Folder("data/projects");
        File.CreateSymbolicLink(_folder["data/projects/foo.jsonl"], "elsewhere");
        await using var storage = await StartAsync();
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
            await storage.Repository.GetProjectAsync(ProjectName.Parse("foo"), null, CancellationToken.None));
        await AddAsync(storage, "bar-1.0.tar.gz", "bytes");
        await Eventually.IsAsync(
            "it is reported", () => Task.FromResult(storage.Refused.ContainsKey("projects/foo.jsonl")));
    }

    [Theory]
    [InlineData("b_tes")]
    [InlineData("byt")]
    [InlineData(null)]
    public async Task After_an_unclean_stop_recent_files_are_verified_and_damaged_ones_are_not_served(string? damage)
    {
        string damaged;
        await using (var storage = await StartAsync())
        {
            await AddAsync(storage, "foo-1.0.tar.gz", "bytes");
            await AddAsync(storage, "foo-2.0.tar.gz", "other");
            damaged = (await FilesAsync(storage)).Single(f => f.Name.FileName == "foo-1.0.tar.gz").Location;
        }
        File.Delete(_folder[$"data/{damaged}"]);
        if (damage is not null)
            _folder.Write($"data/{damaged}", damage);
        _folder.Write("data/.lock-holder", "4711");

        await using var after = await StartAsync();
        await Eventually.IsAsync(
            "the damage is found", () => Task.FromResult(after.Refused.ContainsKey(damaged)));
        Assert.IsType<OpenAnswer.NotFound>(await OpenAsync(after, "foo-1.0.tar.gz"));
        await using (Assert.IsType<OpenAnswer.Found>(await OpenAsync(after, "foo-2.0.tar.gz")).Content)
        {
        }
        await AddAsync(after, "foo-1.0.tar.gz", "bytes");
        Assert.Empty(after.Refused);
        await using (Assert.IsType<OpenAnswer.Found>(await OpenAsync(after, "foo-1.0.tar.gz")).Content)
        {
        }
    }

    static async Task AddAsync(HostedHost storage, string fileName, string bytes)
    {
        await using var staged = await storage.Hosted.Store.StageAsync(null, CancellationToken.None);
        await staged.AppendAsync(Encoding.UTF8.GetBytes(bytes), CancellationToken.None);
        Assert.True(DistributionFileName.TryParse(fileName, out var name));
        await storage.Hosted.Files.AddAsync(
            new NewDistribution
            {
                Name = name,
                Size = bytes.Length,
                Sha256 = Sha256Digest.HashData(Encoding.UTF8.GetBytes(bytes)),
            },
            staged, "alice", CancellationToken.None);
    }

    static async Task<IEnumerable<Distribution>> FilesAsync(HostedHost storage) =>
        Assert.IsType<ProjectAnswer.Known>(await storage.Repository.GetProjectAsync(
            ProjectName.Parse("foo"), null, CancellationToken.None)).Snapshot.Visible;

    static ValueTask<OpenAnswer> OpenAsync(HostedHost storage, string fileName) => storage.Repository.OpenAsync(
        new FileRequest(ProjectName.Parse("foo"), fileName, null, FileContentKind.Bytes), CancellationToken.None);

    async Task<HostedHost> StartAsync()
    {
        var storage = new HostedHost(
            new RepositoryStore
            {
                Store = new DirectoryStore(_folder["data"]),
                Location = _folder["data"],
                Owner = new StoreFormat(StorageLayout.Version, "PythonRepository", null, "team-a"),
            },
            "team-a", new MemoryBudget(1 << 20), TimeProvider.System, NullLogger.Instance);
        await storage.StartAsync();
        return storage;
    }
}
