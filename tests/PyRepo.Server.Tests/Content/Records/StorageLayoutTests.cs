using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class StorageLayoutTests
{
    static readonly ProjectName _project = ProjectName.Parse("Foo.Bar");
    static readonly BlobId _id = BlobId.New(Events.Start);

    [Fact]
    public void A_record_lies_at_its_projects_normalized_name_and_is_found_there()
    {
        var key = StorageLayout.Record(_project);
        Assert.Equal("projects/foo-bar.jsonl", key);
        Assert.True(StorageLayout.TryParseRecord(key, out var project));
        Assert.Equal(_project, project);
    }

    [Theory]
    [InlineData("projects/.jsonl")]
    [InlineData("projects/Foo.jsonl")]
    [InlineData("projects/foo-.jsonl")]
    [InlineData("projects/foo.json")]
    [InlineData("projects/a/b.jsonl")]
    [InlineData("packages/foo.jsonl")]
    [InlineData("projects.jsonl")]
    public void Other_keys_are_not_records(string key) => Assert.False(StorageLayout.TryParseRecord(key, out _));

    [Fact]
    public void Bytes_that_the_server_wrote_lie_under_an_id()
    {
        var key = StorageLayout.Bytes(_project, _id, "foo_bar-1.0.tar.gz");
        Assert.Equal($"packages/foo-bar/{_id}/foo_bar-1.0.tar.gz", key);
        Assert.Equal(_id, StorageLayout.GetId(key));
        Assert.Equal("foo_bar-1.0.tar.gz", StorageLayout.GetFileName(key));
        Assert.True(StorageLayout.IsOwnFolder($"packages/foo-bar/{_id}/"));
        Assert.True(StoreKey.IsValid(key));
    }

    [Theory]
    [InlineData("packages/foo-1.0.tar.gz")]
    [InlineData("packages/foo/foo-1.0.tar.gz")]
    [InlineData("packages/foo/@short/foo-1.0.tar.gz")]
    [InlineData("packages/a/b/c/foo-1.0.tar.gz")]
    [InlineData("packages/imported/20260101T000000-1/foo-1.0.tar.gz")]
    public void Files_with_other_keys_were_added_by_others(string key)
    {
        Assert.Null(StorageLayout.GetId(key));
        Assert.False(StorageLayout.IsOwnFolder(key.AsSpan(0, key.LastIndexOf('/') + 1)));
    }

    [Fact]
    public void Keys_below_an_id_are_not_the_servers() =>
        Assert.Null(StorageLayout.GetId($"packages/foo/{_id}/sub/foo-1.0.tar.gz"));

    [Fact]
    public void An_import_puts_files_where_they_are_adopted() =>
        Assert.Null(StorageLayout.GetId(StorageLayout.Imported("20260101T000000-1", "foo-1.0.tar.gz")));
}
