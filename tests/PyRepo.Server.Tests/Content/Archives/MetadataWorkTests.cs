using PyRepo.Packaging.FileNames;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Platform.Admission;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Content.Archives;

public sealed class MetadataWorkTests
{
    static readonly byte[] _wheel = WheelFile.Make("foo", "1.0");

    [Fact]
    public void Metadata_is_found_within_the_budget_and_the_work_ends_when_that_is_spent()
    {
        Assert.True(DistributionFileName.TryParse(WheelFile.GetName("foo", "1.0"), out var name));
        Assert.NotNull(MetadataWork.Find(new MemoryStream(_wheel), name, new WorkBudget(TimeSpan.FromMinutes(1))));
        Assert.Throws<TooCostlyException>(
            () => MetadataWork.Find(new MemoryStream(_wheel), name, new WorkBudget(TimeSpan.Zero)));
    }

    [Fact]
    public async Task Shared_work_disposes_the_content_of_each_caller()
    {
        var (own, other) = (new Content(), new Content());
        var going = new TaskCompletionSource<int>();
        var first = MetadataWork.RunAsync(new Key("shared"), own, (_, _) => going.Task, CancellationToken.None);
        var second = MetadataWork.RunAsync(new Key("shared"), other, (_, _) => going.Task, CancellationToken.None);
        going.SetResult(7);
        Assert.Equal((7, 7), (await first, await second));
        Assert.Equal((1, 1), (own.Disposals, other.Disposals));
    }

    [Fact]
    public async Task A_shared_reader_stays_open_when_the_caller_that_opened_it_leaves()
    {
        var (own, other) = (new Content(), new Content());
        var going = new TaskCompletionSource<int>();
        using var leaving = new CancellationTokenSource();
        var first = MetadataWork.RunAsync(new Key("left"), own, (_, _) => going.Task, leaving.Token);
        var second = MetadataWork.RunAsync(new Key("left"), other, (_, _) => going.Task, CancellationToken.None);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        going.SetResult(7);
        Assert.Equal(7, await second);
        Assert.Equal((1, 1), (own.Disposals, other.Disposals));
    }

    sealed record Key(string What) : WorkKey<int>;

    sealed class Content : IAsyncDisposable
    {
        public int Disposals { get; private set; }

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return default;
        }
    }
}
