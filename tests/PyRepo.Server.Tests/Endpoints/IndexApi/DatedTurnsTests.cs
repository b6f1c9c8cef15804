using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

public sealed class DatedTurnsTests
{
    readonly UnavailableRepository _repository = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task An_address_keeps_half_of_the_turns_for_others_however_much_it_asks()
    {
        var (going, goOn) = (0, new TaskCompletionSource());
        using var left = new CancellationTokenSource();
        var many = Enumerable.Range(0, 100).Select(_ => DatedTurns.RunAsync(
            _repository, "192.0.2.1",
            async () =>
            {
                Interlocked.Increment(ref going);
                await goOn.Task;
                return 0;
            },
            left.Token)).ToList();
        Assert.Equal(ServerLimits.MaxConcurrentDatedPages / 2, Volatile.Read(ref going));
        Assert.Equal(1, await DatedTurns.RunAsync(_repository, "192.0.2.2", () => Task.FromResult(1), default));
        await left.CancelAsync();
        goOn.SetResult();
        Assert.Equal(ServerLimits.MaxConcurrentDatedPages / 2, (await Task.WhenAll(many.Select(Ended))).Count(e => e));
        Assert.Equal(1, await DatedTurns.RunAsync(_repository, "192.0.2.1", () => Task.FromResult(1), default));
    }

    static async Task<bool> Ended(Task<int> task)
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompletedSuccessfully;
    }
}
