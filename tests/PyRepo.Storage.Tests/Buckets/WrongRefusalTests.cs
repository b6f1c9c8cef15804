using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>A service that honored conditions when they were tried, and refuses writes wrongly later.</summary>
public sealed class WrongRefusalTests : IAsyncLifetime
{
    const string Key = "projects/demo.jsonl";

    static readonly CancellationToken _none = CancellationToken.None;

    readonly TemporaryFolder _scratch = new();
    LyingS3 _service = null!;
    FaultProxy _proxy = null!;
    S3BucketClient _client = null!;
    BucketStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await LyingS3.StartAsync("right");
        var settings = await _service.NewBucketAsync();
        _proxy = await FaultProxy.StartAsync(_service.Endpoint);
        _client = new S3BucketClient(settings with { Endpoint = _proxy.Url });
        _store = new BucketStore(
            _client, null, new ScratchFolder(_scratch.Path), new BucketOwnership("test", create: false),
            BucketReplica.Started("one"), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _service.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Nobody_else_is_blamed_and_nothing_more_is_written()
    {
        var first = await AppendAsync("1", WriteCondition.Absent);
        Assert.Null(_store.ConditionFault);
        _proxy.Decide = RefuseWrites(int.MaxValue);
        var error = await Assert.ThrowsAnyAsync<IOException>(
            () => AppendAsync("2", WriteCondition.Match(first.Version)));
        Assert.Contains("its conditional writes do not work", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, _store.ConditionFault);
        _proxy.Decide = static _ => Fault.None;
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => AppendAsync("2", WriteCondition.Match(first.Version)));
        Assert.Contains("spec.server.replicas", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Putting_back_what_was_lost_does_not_lift_another_reason_to_write_nothing(bool comesFirst)
    {
        const string Newer = "It has a feature that this server does not know.";
        var first = await AppendAsync("1", WriteCondition.Absent);
        await _store.RecordLostWriteAsync("a change", _none);
        Assert.Contains("lost a change", _store.ReadOnlyReason, StringComparison.Ordinal);
        if (comesFirst)
            _store.ReadOnlyReason = Newer;
        _store.AllowRepair();
        if (!comesFirst)
        {
            first = await AppendAsync("2", WriteCondition.Match(first.Version));
            _store.ReadOnlyReason = Newer;
        }
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => AppendAsync("3", WriteCondition.Match(first.Version)));
        Assert.Equal(Newer, refusal.Message);
    }

    [Fact]
    public async Task A_refusal_that_is_soon_right_again_is_no_fault()
    {
        var first = await AppendAsync("1", WriteCondition.Absent);
        _proxy.Decide = RefuseWrites(2);
        await AppendAsync("2", WriteCondition.Match(first.Version));
        Assert.Null(_store.ConditionFault);
    }

    [Fact]
    public async Task A_refusal_that_is_right_says_that_somebody_else_came_first()
    {
        var first = await AppendAsync("1", WriteCondition.Absent);
        await AppendAsync("2", WriteCondition.Match(first.Version));
        await Assert.ThrowsAsync<PreconditionFailedException>(
            () => AppendAsync("3", WriteCondition.Match(first.Version)));
        Assert.Null(_store.ConditionFault);
    }

    static Func<FaultRequest, Fault> RefuseWrites(int times) =>
        request => request is { Method: "PUT" } && request.Path.EndsWith(Key, StringComparison.Ordinal) && times-- > 0
            ? Fault.Status(412)
            : Fault.None;

    async Task<StoredObject> AppendAsync(string text, WriteCondition condition) =>
        await _store.AppendAsync(Key, Encoding.UTF8.GetBytes(text), condition, _none);
}
