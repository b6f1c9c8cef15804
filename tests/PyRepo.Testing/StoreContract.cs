using System.Text;
using PyRepo.Storage;
using Xunit;

namespace PyRepo.Testing;

/// <summary>What every store promises. A store's test class derives from this; tear-down fails on left-overs.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    /// <summary>The store under test, empty at first.</summary>
    protected abstract IStore Store { get; }

    static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_key_that_was_never_written_is_absent()
    {
        Assert.Null(await Store.StatAsync("a/b", None));
        Assert.Null(await Store.OpenAsync("a/b", None));
        Assert.False(await Store.DeleteAsync("a/b", None));
    }

    [Fact]
    public async Task Staged_bytes_are_invisible_before_their_commit()
    {
        await using var staged = await StageAsync("hello");
        Assert.Empty(await KeysAsync(""));
        await CommitAsync(staged, "a/b");
        Assert.Equal("hello", await ReadAsync("a/b"));
        Assert.Equal(["a/b"], await KeysAsync(""));
    }

    [Fact]
    public async Task Staged_bytes_can_be_read_from_their_local_file_while_more_are_written()
    {
        await using var staged = await StageAsync("hel");
        var buffer = new byte[16];
        Assert.Equal(3, RandomAccess.Read(staged.LocalFile, buffer, 0));
        await staged.AppendAsync("lo"u8.ToArray(), None);
        Assert.Equal(5, staged.Length);
        Assert.Equal("lo"u8.ToArray(), buffer[..RandomAccess.Read(staged.LocalFile, buffer, 3)]);
    }

    [Fact]
    public async Task Uncommitted_staged_bytes_leave_nothing_behind()
    {
        await using (await StageAsync("hello"))
        {
        }
        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task A_commit_replaces_what_was_there_and_changes_its_version()
    {
        var before = await PutAsync("a", "one");
        var after = await PutAsync("a", "two!");
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(after, await Store.StatAsync("a", None));
        Assert.Equal("two!", await ReadAsync("a"));
    }

    [Fact]
    public async Task Expendable_bytes_are_visible_immediately_and_replaceable()
    {
        await using (var staged = await Store.StageAsync(100, None))
        {
            staged.Durability = CommitDurability.Expendable;
            await staged.AppendAsync("one"u8.ToArray(), None);
            Assert.Equal(3, (await CommitAsync(staged, "a/b")).Length);
        }
        Assert.Equal("one", await ReadAsync("a/b"));
        await PutAsync("a/b", "two!");
        Assert.Equal("two!", await ReadAsync("a/b"));
    }

    [Fact]
    public async Task An_open_object_is_unchanged_when_its_key_is_replaced_or_deleted()
    {
        await PutAsync("a", "one");
        await using var content = await Store.OpenAsync("a", None);
        await PutAsync("a", "two");
        Assert.True(await Store.DeleteAsync("a", None));
        await using var stream = await content!.OpenStreamAsync(1, None);
        Assert.Equal("ne", await new StreamReader(stream).ReadToEndAsync());
    }

    [Fact]
    public async Task A_failed_condition_changes_nothing()
    {
        var first = await PutAsync("a", "one");
        await PutAsync("a", "two");
        await using var staged = await StageAsync("three");
        await Assert.ThrowsAsync<PreconditionFailedException>(
            async () => await Store.CommitAsync(staged, "a", WriteCondition.Match(first.Version), None));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            async () => await Store.CommitAsync(staged, "a", WriteCondition.Absent, None));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            async () => await Store.AppendAsync("a", "x"u8.ToArray(), WriteCondition.Match(first.Version), None));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            async () => await Store.AppendAsync("new", "x"u8.ToArray(), WriteCondition.Match(first.Version), None));
        Assert.Equal("two", await ReadAsync("a"));
        Assert.Equal(["a"], await KeysAsync(""));
    }

    [Fact]
    public async Task Nothing_is_appended_to_an_object_that_was_changed_or_deleted_meanwhile()
    {
        var first = await AppendAsync("log", "one\n", WriteCondition.Absent);
        var second = await AppendAsync("log", "two\n", WriteCondition.None);
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => AppendAsync("log", "three\n", WriteCondition.Match(first.Version)));
        await Store.DeleteAsync("log", None);
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => AppendAsync("log", "three\n", WriteCondition.Match(second.Version)));
        Assert.Null(await Store.StatAsync("log", None));
    }

    [Fact]
    public async Task Appending_adds_to_the_end_under_a_condition_on_the_version()
    {
        var first = await AppendAsync("log", "one\n", WriteCondition.Absent);
        var second = await AppendAsync("log", "two\n", WriteCondition.Match(first.Version));
        Assert.NotEqual(first.Version, second.Version);
        await AppendAsync("log", "three\n", WriteCondition.None);
        Assert.Equal("one\ntwo\nthree\n", await ReadAsync("log"));
    }

    [Fact]
    public async Task Keys_are_listed_in_ordinal_order_below_a_prefix()
    {
        string[] keys = ["a-b/1", "a/1", "a/2", "a.b", "b/c/d", "a/B", "ab"];
        foreach (var key in keys)
            await PutAsync(key, key);
        Assert.Equal(keys.Order(StringComparer.Ordinal), await KeysAsync(""));
        Assert.Equal(["a/1", "a/2", "a/B"], (await KeysAsync("a/")).Order(StringComparer.Ordinal));
        Assert.Equal(["b/c/d"], await KeysAsync("b/c"));
        Assert.Empty(await KeysAsync("c"));
    }

    [Fact]
    public async Task A_folder_that_is_skipped_is_not_listed()
    {
        foreach (var key in (string[])["a/@x/1", "a/2", "b"])
            await PutAsync(key, key);
        var listed = new List<string>();
        await foreach (var found in Store.ListAsync(
            "", folder => folder.EndsWith("@x/", StringComparison.Ordinal), None))
            listed.Add(found.Key);
        Assert.Equal(["a/2", "b"], listed);
    }

    [Fact]
    public async Task An_invalid_key_is_rejected()
    {
        foreach (var key in (string[])["", "/a", "a//b", "a/../b", "../a", ".hidden", "a\\b", "a\nb", "a/"])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.StatAsync(key, None));
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.OpenAsync(key, None));
        }
    }

    [Fact]
    public async Task An_object_is_opened_only_if_it_has_another_version()
    {
        var first = await PutAsync("a", "one");
        Assert.True((await Store.OpenIfChangedAsync("a", first.Version, None)).IsUnchanged);
        var second = await PutAsync("a", "two!");
        await using (var changed = (await Store.OpenIfChangedAsync("a", first.Version, None)).Content)
            Assert.Equal(second, changed!.Object);
        await Store.DeleteAsync("a", None);
        Assert.Equal(ChangedContent.NotFound, await Store.OpenIfChangedAsync("a", second.Version, None));
    }

    [Fact]
    public async Task Bytes_are_read_from_any_position_and_as_a_local_file()
    {
        var text = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i:00000},"));
        await PutAsync("a", text);
        await using var content = await Store.OpenAsync("a", None);
        await using (var seekable = await content!.OpenSeekableAsync(None))
        {
            Assert.Equal(text.Length, seekable.Length);
            foreach (var at in (int[])[text.Length - 10, 0, 100_000, text.Length - 70_000])
            {
                seekable.Position = at;
                var buffer = new byte[10];
                seekable.ReadExactly(buffer);
                Assert.Equal(text[at..(at + 10)], Encoding.UTF8.GetString(buffer));
            }
        }
        using var local = await content.CopyToLocalAsync(None);
        await using var copy = local.OpenRead();
        var all = new byte[copy.Length];
        copy.ReadExactly(all);
        Assert.Equal(text, Encoding.UTF8.GetString(all));
    }

    [Fact]
    public async Task Bytes_that_are_staged_with_their_key_are_committed_to_it_or_to_another()
    {
        var text = string.Concat(Enumerable.Repeat("0123456789abcdef", 1 << 20));
        foreach (var (key, intended) in ((string, string)[])[("large/one", "large/one"), ("large/two", "large/three")])
            await PutWithKeyAsync(key, intended, text);
        foreach (var key in (string[])["large/one", "large/two"])
            Assert.Equal(text, await ReadAsync(key));
        Assert.Equal(["large/one", "large/two"], await KeysAsync(""));
    }

    async Task PutWithKeyAsync(string key, string intended, string text)
    {
        await using var staged = await Store.StageAsync(intended, null, None);
        for (var at = 0; at < text.Length; at += 1 << 20)
            await staged.AppendAsync(Encoding.UTF8.GetBytes(text[at..(at + (1 << 20))]), None);
        staged.Durability = CommitDurability.BytesWithKey;
        Assert.Equal(text.Length, (await Store.CommitAsync(staged, key, WriteCondition.Absent, None)).Length);
    }

    [Fact]
    public async Task Many_writers_of_different_keys_do_not_disturb_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => PutAsync($"dir/{i % 7}/{i}", $"{i}")));
        for (var i = 0; i < 50; i++)
            Assert.Equal($"{i}", await ReadAsync($"dir/{i % 7}/{i}"));
        await Task.WhenAll(
            Enumerable.Range(0, 50).Select(async i => await Store.DeleteAsync($"dir/{i % 7}/{i}", None)));
        Assert.Empty(await KeysAsync(""));
    }

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var key in await KeysAsync(""))
            await Store.DeleteAsync(key, None);
        AssertNothingIsLeft();
    }

    /// <summary>Fails when the store keeps anything after all of its objects were deleted.</summary>
    protected abstract void AssertNothingIsLeft();

    async Task<StagedObject> StageAsync(string text)
    {
        var staged = await Store.StageAsync(null, None);
        await staged.AppendAsync(Encoding.UTF8.GetBytes(text), None);
        return staged;
    }

    async Task<StoredObject> CommitAsync(StagedObject staged, string key) =>
        await Store.CommitAsync(staged, key, WriteCondition.None, None);

    async Task<StoredObject> PutAsync(string key, string text)
    {
        await using var staged = await StageAsync(text);
        return await CommitAsync(staged, key);
    }

    async Task<StoredObject> AppendAsync(string key, string text, WriteCondition condition) =>
        await Store.AppendAsync(key, Encoding.UTF8.GetBytes(text), condition, None);

    async Task<string> ReadAsync(string key)
    {
        await using var content = await Store.OpenAsync(key, None);
        await using var stream = await content!.OpenStreamAsync(0, None);
        return await new StreamReader(stream).ReadToEndAsync();
    }

    async Task<List<string>> KeysAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync(prefix, null, None))
            keys.Add(found.Key);
        return keys;
    }
}
