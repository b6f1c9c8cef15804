using PyRepo.Storage.Buckets;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What a client of every service does.</summary>
public abstract class BucketClientTests : BucketClientBase
{
    [Fact]
    public async Task An_object_is_read_as_it_was_written()
    {
        var written = await PutAsync("a/b.txt", "hello");
        Assert.Equal(5, written.Length);
        Assert.Equal("a/b.txt", written.Key);
        var head = await Client.HeadAsync("a/b.txt", None);
        Assert.Equal(written, head);
        using var response = await Client.GetAsync("a/b.txt", default, None);
        Assert.Equal(written, response.Object);
        Assert.Equal("hello", await ReadAsync(response));
        var listed = Assert.Single(await ListAsync());
        Assert.Equal(written, listed);
        foreach (var found in new[] { written, head!, response.Object, listed })
        {
            Assert.Equal(0, found.LastModified.Ticks % TimeSpan.TicksPerSecond);
            Assert.InRange(found.LastModified, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        }
    }

    [Fact]
    public async Task An_object_may_be_empty()
    {
        var written = await PutAsync("empty", "");
        Assert.Equal(0, written.Length);
        Assert.Equal("", await ReadAsync("empty", default));
        Assert.Equal("", await ReadAsync("empty", new() { Count = 10 }));
    }

    [Fact]
    public async Task Names_may_have_any_characters()
    {
        string[] names = ["@a+b/c d~(1)!'*,;=:&?#%41.whl", "Ünï/文.txt", "a%2Fb", "a/b"];
        foreach (var name in names)
            Assert.Equal(name, (await PutAsync(name, name)).Key);
        foreach (var name in names)
            Assert.Equal(name, await ReadAsync(name, default));
        Assert.Equal(names.Order(StringComparer.Ordinal), (await ListAsync()).Select(found => found.Key));
        foreach (var name in names)
            await Client.DeleteAsync(name, None);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_missing_object_is_not_found()
    {
        Assert.Null(await Client.HeadAsync("a", None));
        using var response = await Client.GetAsync("a", new() { Offset = 3, Count = 4 }, None);
        Assert.Equal(BucketReadOutcome.NotFound, response.Outcome);
        await Client.DeleteAsync("a", None);
        await PutAsync("a", "one");
        await Client.DeleteAsync("a", None);
        Assert.Null(await Client.HeadAsync("a", None));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_write_happens_only_under_its_condition()
    {
        var first = await PutAsync("a", "one", WriteCondition.Absent);
        await Assert.ThrowsAsync<PreconditionFailedException>(() => PutAsync("a", "two", WriteCondition.Absent));
        var second = await PutAsync("a", "two", WriteCondition.Match(first.Version));
        Assert.NotEqual(first.Version, second.Version);
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => PutAsync("a", "three", WriteCondition.Match(first.Version)));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => PutAsync("b", "three", WriteCondition.Match(first.Version)));
        Assert.Equal("two", await ReadAsync("a", default));
        Assert.NotEqual(second.Version, (await PutAsync("a", "four")).Version);
    }

    [Fact]
    public async Task One_of_sixteen_concurrent_writes_succeeds()
    {
        Assert.Equal(1, await CountAsync(WriteCondition.Absent));
        var current = await Client.HeadAsync("a", None);
        Assert.Equal(1, await CountAsync(WriteCondition.Match(current!.Version)));
        Assert.NotEqual(current, await Client.HeadAsync("a", None));

        async Task<int> CountAsync(WriteCondition condition)
        {
            var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
            {
                try
                {
                    await PutAsync("a", $"number {n}", condition);
                    return 1;
                }
                catch (PreconditionFailedException)
                {
                    return 0;
                }
            }));
            return won.Sum();
        }
    }

    [Fact]
    public async Task A_part_of_an_object_can_be_read()
    {
        await PutAsync("a", "0123456789");
        Assert.Equal("345", await ReadAsync("a", new() { Offset = 3, Count = 3 }));
        Assert.Equal("789", await ReadAsync("a", new() { Offset = 7 }));
        Assert.Equal("89", await ReadAsync("a", new() { Offset = 8, Count = 100 }));
        Assert.Equal("01", await ReadAsync("a", new() { Count = 2 }));
        Assert.Equal("", await ReadAsync("a", new() { Offset = 10 }));
        Assert.Equal("", await ReadAsync("a", new() { Offset = 3, Count = 0 }));
        using var response = await Client.GetAsync("a", new() { Offset = 3, Count = 3 }, None);
        Assert.Equal(10, response.Object.Length);
    }

    [Fact]
    public async Task A_read_happens_only_under_its_conditions()
    {
        var first = (await PutAsync("a", "one")).Version;
        Assert.Equal(BucketReadOutcome.Unchanged, await OutcomeAsync(new() { NoneMatch = first }));
        Assert.Equal(
            BucketReadOutcome.Unchanged, await OutcomeAsync(new() { NoneMatch = first, Offset = 1, Count = 1 }));
        Assert.Equal(BucketReadOutcome.Found, await OutcomeAsync(new() { Match = first, Offset = 1 }));
        var second = (await PutAsync("a", "two")).Version;
        Assert.Equal(BucketReadOutcome.Found, await OutcomeAsync(new() { NoneMatch = first }));
        Assert.Equal(BucketReadOutcome.Changed, await OutcomeAsync(new() { Match = first }));
        Assert.Equal(BucketReadOutcome.Changed, await OutcomeAsync(new() { Match = first, Offset = 1, Count = 1 }));
        Assert.Equal("wo", await ReadAsync("a", new() { Match = second, NoneMatch = first, Offset = 1 }));
        await Client.DeleteAsync("a", None);
        Assert.Equal(BucketReadOutcome.NotFound, await OutcomeAsync(new() { NoneMatch = second }));

        async Task<BucketReadOutcome> OutcomeAsync(BucketRead read)
        {
            using var response = await Client.GetAsync("a", read, None);
            return response.Outcome;
        }
    }

    [Fact]
    public async Task A_listing_has_many_pages()
    {
        string[] names = [.. Enumerable.Range(0, 2500).Select(n => $"p/{n:x4}"), "p-before", "p0-after"];
        await Parallel.ForEachAsync(
            names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, _) => await PutAsync(name, "x"));
        Array.Sort(names, StringComparer.Ordinal);
        Assert.Equal(names, (await ListAsync()).Select(found => found.Key));
        Assert.Equal(names[1..^1], (await ListAsync("p/")).Select(found => found.Key));
        Assert.Equal(names[1201..^1], (await ListAsync("p/", names[1200])).Select(found => found.Key));
        // Neither prefix nor start need be an object's name.
        Assert.Equal(names[1201..], (await ListAsync("p", names[1200] + "-")).Select(found => found.Key));
        Assert.Equal(256, (await ListAsync("p/08")).Count);
        Assert.Empty(await ListAsync("p/zz"));
        Assert.Empty(await ListAsync("p/", "p/zz"));
    }

    [Fact]
    public async Task A_bucket_is_created_once()
    {
        Assert.True(await Client.BucketExistsAsync(None));
        Assert.False(await Client.CreateBucketAsync(None));
        using var other = CreateClient(Bucket + "-2");
        Assert.False(await other.BucketExistsAsync(None));
        Assert.True(await other.CreateBucketAsync(None));
        Assert.True(await other.BucketExistsAsync(None));
        await other.DeleteBucketAsync(None);
        Assert.False(await other.BucketExistsAsync(None));
        await other.DeleteBucketAsync(None);
    }

    [Fact]
    public async Task A_bucket_that_is_missing_is_named()
    {
        using var other = CreateClient("test-missing");
        var error = await Assert.ThrowsAsync<BucketException>(async () =>
        {
            await foreach (var _ in other.ListAsync("", null, None))
            {
            }
        });
        Assert.Contains("'test-missing'", error.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Create it", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        var refused = await Assert.ThrowsAsync<BucketException>(
            () => other.PutAsync("a", new("x"u8.ToArray()), WriteCondition.None, None));
        Assert.Equal(error.Code, refused.Code);
    }
}
