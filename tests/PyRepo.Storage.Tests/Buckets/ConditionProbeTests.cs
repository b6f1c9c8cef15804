using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What is found out about a service that is wrong about conditions, and what works on it all the same.</summary>
public sealed class ConditionProbeTests
{
    static readonly CancellationToken _none = CancellationToken.None;

    [Theory]
    [InlineData("right", ConditionDialect.QuotedTags, true)]
    [InlineData("bare", ConditionDialect.BareTags, true)]
    [InlineData("part", ConditionDialect.QuotedTags, false)]
    public async Task Conditions_that_are_honored_are_found_with_their_form(
        string mode, ConditionDialect dialect, bool holdsForParts)
    {
        await using var service = await LyingS3.StartAsync(mode);
        using var store = await LoneStore.OpenAsync(service);
        var found = store.Store.Conditions!;
        Assert.Equal((dialect, holdsForParts), (found.Dialect, found.HoldsForParts));
        Assert.Null(found.Problem);
        Assert.Empty(await store.ListAsync());
    }

    [Theory]
    [InlineData("ignore", "ignores them")]
    [InlineData("versioned", "ignores them")]
    [InlineData("refuse", "does not support them")]
    [InlineData("no-match", "does not support them")]
    [InlineData("race", "lets several of the writes succeed that come at the same time")]
    public async Task A_service_that_does_not_honor_them_is_found_with_the_reason(string mode, string problem)
    {
        await using var service = await LyingS3.StartAsync(mode);
        using var store = await LoneStore.OpenAsync(service);
        var found = store.Store.Conditions!;
        Assert.Equal((ConditionDialect.None, problem), (found.Dialect, found.Problem));
        Assert.False(store.Store.Traits.HonorsConditions);
        Assert.Empty(await store.ListAsync());
    }

    [Theory]
    [InlineData("right")]
    [InlineData("ignore")]
    [InlineData("race")]
    [InlineData("bare")]
    [InlineData("versioned")]
    [InlineData("refuse")]
    [InlineData("no-match")]
    [InlineData("part")]
    public async Task One_process_can_write_and_append_on_each_service(string mode)
    {
        await using var service = await LyingS3.StartAsync(mode);
        using var alone = await LoneStore.OpenAsync(service);
        var store = alone.Store;
        var lease = (await store.TryAcquireLeaseAsync(_none)).Lease!;
        for (var round = 0; round < 3; round++)
            await lease.RenewAsync(_none);
        var first = await store.AppendAsync("projects/a", Bytes("1"), WriteCondition.Absent, _none);
        var second = await store.AppendAsync("projects/a", Bytes("2"), WriteCondition.Match(first.Version), _none);
        await Assert.ThrowsAsync<PreconditionFailedException>(
            async () => await store.AppendAsync("projects/a", Bytes("x"), WriteCondition.Match(first.Version), _none));
        var third = await CommitAsync(store, "projects/a", "3", WriteCondition.Match(second.Version));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => CommitAsync(store, "projects/a", "y", WriteCondition.Match(second.Version)));
        Assert.Equal(third.Version, (await store.StatAsync("projects/a", _none))!.Version);
        await lease.ReleaseAsync(inOrder: true);
    }

    [Fact]
    public async Task A_bucket_with_object_lock_gets_the_digest_that_it_demands_of_objects_and_of_parts()
    {
        await using var service = await LyingS3.StartAsync("lock");
        using var alone = await LoneStore.OpenAsync(service);
        var large = new string('l', (16 << 20) + 1);
        await CommitAsync(alone.Store, "packages/a", "small", WriteCondition.Absent);
        var written = await CommitAsync(alone.Store, "packages/b", large, WriteCondition.Absent);
        Assert.Equal(large.Length, written.Length);
    }

    [Fact]
    public async Task An_object_of_several_parts_is_replaced_under_its_condition_where_parts_have_none()
    {
        await using var service = await LyingS3.StartAsync("part");
        using var alone = await LoneStore.OpenAsync(service);
        var large = new string('l', (16 << 20) + 1);
        var first = await CommitAsync(alone.Store, "packages/a", large, WriteCondition.Absent);
        await CommitAsync(alone.Store, "packages/a", "small", WriteCondition.Match(first.Version));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => CommitAsync(alone.Store, "packages/a", large, WriteCondition.Match(first.Version)));
        Assert.Equal(5, (await alone.Store.StatAsync("packages/a", _none))!.Length);
    }

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static async Task<StoredObject> CommitAsync(BucketStore store, string key, string text, WriteCondition condition)
    {
        await using var staged = await store.StageAsync(key, null, _none);
        await staged.AppendAsync(Bytes(text), _none);
        return await store.CommitAsync(staged, key, condition, _none);
    }
}
