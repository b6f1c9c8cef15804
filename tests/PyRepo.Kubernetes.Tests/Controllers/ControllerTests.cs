using PyRepo.Kubernetes.Controllers;
using PyRepo.Metrics;
using PyRepo.Testing;
using Result = PyRepo.Kubernetes.Controllers.ReconciliationResult<PyRepo.Kubernetes.Objects.Apps.Deployment>;

namespace PyRepo.Kubernetes.Tests.Controllers;

public sealed class ControllerTests
{
    static readonly Dictionary<string, string> _some = new() { ["some"] = "thing" };

    [Fact]
    public async Task Each_object_is_reconciled_at_the_start()
    {
        await using var run = new ControllerRun();
        run.Hear("a");
        run.Hear("b");
        run.Start();
        Assert.Equal(["a", "b"], await run.ReconciledNamesAsync(2));
    }

    [Fact]
    public async Task A_change_is_reconciled_before_the_remaining_initial_objects()
    {
        await using var run = new ControllerRun();
        var first = new TaskCompletionSource();
        run.Reconcile = async (entity, _) =>
        {
            await first.Task;
            return Result.Success(entity);
        };
        foreach (var name in (string[])["a", "b", "c", "d"])
            run.Hear(name);
        run.Start();
        Assert.Equal("a", await run.ReconciledNameAsync());
        run.Hear("d", m => m with { Generation = 2 });
        first.SetResult();
        Assert.Equal(["d", "b", "c"], await run.ReconciledNamesAsync(3));
    }

    [Fact]
    public async Task A_write_to_the_status_causes_no_reconcile()
    {
        await using var run = await StartedAsync("a");
        run.Hear("a");
        run.Hear("a");
        Assert.Empty(await run.ReconcilesUntilNowAsync());
    }

    [Theory]
    [InlineData("generation")]
    [InlineData("labels")]
    [InlineData("annotations")]
    [InlineData("finalizers")]
    [InlineData("deletion")]
    public async Task A_change_of_the_spec_causes_a_reconcile(string what)
    {
        await using var run = await StartedAsync("a");
        run.Hear("a", before => what switch
        {
            "generation" => before with { Generation = 2 },
            "labels" => before with { Labels = _some },
            "annotations" => before with { Annotations = _some },
            "finalizers" => before with { Finalizers = ["some/finalizer"] },
            _ => before with { DeletionTimestamp = DateTimeOffset.UnixEpoch },
        });
        Assert.Equal("a", await run.ReconciledNameAsync());
    }

    [Fact]
    public async Task A_change_of_an_owned_object_causes_a_reconcile_to_its_owner_alone()
    {
        await using var run = await StartedAsync("a", "b");
        run.HearChild("child", "a");
        Assert.Equal("a", await run.ReconciledNameAsync());
        run.HearChild("child", "a");
        Assert.Equal("a", await run.ReconciledNameAsync());
        run.HearChild("nobody's", null);
        run.HearChildGone("child");
        Assert.Equal("a", await run.ReconciledNameAsync());
        Assert.Empty(await run.ReconcilesUntilNowAsync());
    }

    [Fact]
    public async Task A_change_of_an_owned_object_is_reconciled_once_however_soon_that_begins()
    {
        await using var run = await StartedAsync("a", "b");
        run.HearChild("child", "a");
        Assert.Equal("a", await run.ReconciledNameAsync());
        var versions = 0;
        run.Mapping = _ =>
        {
            if (++versions == 2)
                SpinWait.SpinUntil(() => run.HasMoreReconciles, Eventually.Deadline);
        };
        run.HearChild("child", "a");
        Assert.Equal(2, versions);
        Assert.Equal("a", await run.ReconciledNameAsync());
        Assert.Empty(await run.ReconcilesUntilNowAsync());
    }

    [Fact]
    public async Task Both_owners_are_reconciled_when_an_object_changes_hands()
    {
        await using var run = await StartedAsync("a", "b");
        run.HearChild("child", "a");
        // An object that is still being reconciled would come after the other one.
        Assert.Equal(["a"], await run.ReconcilesUntilNowAsync());
        run.HearChild("child", "b");
        Assert.Equal(["a", "b"], await run.ReconciledNamesAsync(2));
    }

    [Fact]
    public async Task A_mapping_that_throws_is_counted_and_stops_nothing()
    {
        await using var run = await StartedAsync("a");
        run.HearChild("faulty", "throws");
        run.HearChild("child", "a");
        Assert.Equal("a", await run.ReconciledNameAsync());
        Assert.Equal(1, Panics(run));
    }

    [Fact]
    public async Task A_hundred_edits_during_a_reconcile_cause_one_more_and_do_not_delay_other_objects()
    {
        await using var run = new ControllerRun(new ControllerOptions { Workers = 4 });
        var first = new TaskCompletionSource();
        run.Reconcile = async (entity, _) =>
        {
            if (entity.Metadata is { Name: "a", Generation: 1 })
                await first.Task;
            return Result.Success(entity);
        };
        run.Hear("a");
        run.Start();
        await run.NextAsync();
        for (var edit = 2; edit <= 101; edit++)
            run.Hear("a", m => m with { Generation = edit });
        run.Hear("b");
        Assert.Equal("b", await run.ReconciledNameAsync());
        first.SetResult();
        Assert.Equal(101, (await run.NextAsync()).Metadata.Generation);
        await run.StopAsync();
        Assert.False(run.HasMoreReconciles);
        Assert.False(run.Overlapped);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failing_reconcile_is_retried_with_growing_delays_and_never_given_up(bool throws)
    {
        // No resync: it would reconcile sooner than the longest wait.
        await using var run = new ControllerRun(new ControllerOptions { Workers = 1, Resync = TimeSpan.FromDays(20) });
        run.Reconcile = (entity, _) => throws
            ? throw new InvalidOperationException("fault")
            : Task.FromResult(Result.Failure(entity, "It does not work."));
        run.Hear("a");
        run.Start();
        List<double> waits = [];
        for (var reconcile = 0; reconcile < 25; reconcile++)
        {
            await run.NextAsync();
            waits.Add((await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(1))).TotalMilliseconds);
        }
        Assert.Equal([5, 10, 20, 40], waits.Take(4));
        Assert.Equal([655_360, 1_000_000, 1_000_000], waits.Skip(17).Take(3));
        // The last one may not be counted yet, and the next one may have come already.
        Assert.InRange(Panics(run), throws ? 24 : 0, throws ? 26 : 0);
    }

    [Fact]
    public async Task A_success_resets_the_retry_delay()
    {
        await using var run = new ControllerRun();
        var failures = 3;
        run.Reconcile = (entity, _) => Task.FromResult(
            failures-- > 0 ? Result.Failure(entity, "It does not work.") : Result.Success(entity));
        run.Hear("a");
        run.Start();
        for (var reconcile = 0; reconcile < 3; reconcile++)
        {
            await run.NextAsync();
            await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(1));
        }
        await run.NextAsync();
        await run.ReconcilesUntilNowAsync();
        failures = 1;
        run.Hear("a", m => m with { Generation = 2 });
        await run.NextAsync();
        Assert.Equal(TimeSpan.FromMilliseconds(5), await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_failure_that_names_a_time_is_not_retried_before_it()
    {
        await using var run = new ControllerRun();
        run.Reconcile = (entity, _) => Task.FromResult(
            Result.Failure(entity, "It does not work.", requeueAfter: TimeSpan.FromMinutes(5)));
        run.Hear("a");
        run.Start();
        await run.NextAsync();
        Assert.Equal(TimeSpan.FromMinutes(5), await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task An_exception_of_one_object_is_counted_and_does_not_stop_the_reconciles_to_others()
    {
        await using var run = new ControllerRun();
        run.Reconcile = (entity, _) => entity.Metadata.Name == "poison"
            ? throw new InvalidOperationException("poison")
            : Task.FromResult(Result.Success(entity));
        run.Hear("poison");
        run.Hear("b");
        run.Start();
        Assert.Equal(["poison", "b"], await run.ReconciledNamesAsync(2));
        Assert.Equal(1, Panics(run));
    }

    [Fact]
    public async Task A_conflict_is_retried_and_not_counted_as_a_panic()
    {
        await using var run = new ControllerRun();
        run.Reconcile = (_, _) =>
            throw new Kubernetes.Client.KubernetesException(System.Net.HttpStatusCode.Conflict, "Conflict", "changed");
        run.Hear("a");
        run.Start();
        await run.NextAsync();
        await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(1));
        Assert.Equal("a", await run.ReconciledNameAsync());
        Assert.Equal(0, Panics(run));
    }

    [Fact]
    public async Task A_requested_requeue_time_survives_a_write_to_the_status()
    {
        await using var run = new ControllerRun();
        run.Reconcile = (entity, _) => Task.FromResult(Result.Success(entity, TimeSpan.FromMinutes(5)));
        run.Hear("a");
        run.Start();
        await run.NextAsync();
        run.Hear("a");
        Assert.Equal(TimeSpan.FromMinutes(5), await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(1)));
        Assert.Equal("a", await run.ReconciledNameAsync());
    }

    [Fact]
    public async Task A_deleted_object_is_reported_as_deleted_until_its_reconcile_succeeds()
    {
        await using var run = await StartedAsync("a");
        var failures = 1;
        run.Delete = entity => failures-- > 0 ? Result.Failure(entity, "Not yet.") : Result.Success(entity);
        run.HearGone("a");
        Assert.Equal("a", (await run.FarewellAsync()).Metadata.Name);
        await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(1));
        Assert.Equal("a", (await run.FarewellAsync()).Metadata.Name);
        Assert.Empty(await run.ReconcilesUntilNowAsync());
    }

    [Fact]
    public async Task A_recreated_object_is_reported_as_deleted_and_then_reconciled()
    {
        await using var run = await StartedAsync("a");
        run.Hear("a", m => m with { Uid = "another" });
        Assert.Equal("a", (await run.FarewellAsync()).Metadata.Uid);
        Assert.Equal("another", (await run.NextAsync()).Metadata.Uid);
    }

    [Fact]
    public async Task All_objects_are_reconciled_again_after_about_ten_hours()
    {
        await using var run = await StartedAsync("a", "b");
        var waited = await run.Clock.AdvanceToTimerAsync(TimeSpan.FromHours(12));
        Assert.InRange(waited.TotalHours, 9, 11);
        Assert.Equal(["a", "b"], await run.ReconciledNamesAsync(2));
    }

    [Fact]
    public async Task It_waits_indefinitely_for_the_first_list()
    {
        await using var run = new ControllerRun();
        run.Hear("a");
        run.StartWithoutChildren();
        for (var wait = 0; wait < 3; wait++)
            Assert.Equal(TimeSpan.FromMinutes(2), await run.Clock.AdvanceToTimerAsync(TimeSpan.FromMinutes(2)));
        Assert.False(run.Running.IsCompleted);
        run.Children.NoteListed();
        Assert.Equal("a", (await run.NextAsync()).Metadata.Name);
    }

    [Fact]
    public async Task It_waits_two_minutes_for_an_optional_list()
    {
        await using var run = new ControllerRun(needsChildren: false);
        run.Hear("a");
        run.StartWithoutChildren();
        await run.Clock.AdvanceToTimerAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("a", (await run.NextAsync()).Metadata.Name);
    }

    [Fact]
    public async Task Stopping_cancels_reconciles_and_waits_for_their_end()
    {
        await using var run = new ControllerRun();
        var (end, canceled) = (new TaskCompletionSource(), new TaskCompletionSource());
        run.Reconcile = async (entity, token) =>
        {
            token.Register(canceled.SetResult);
            await end.Task;
            return Result.Success(entity);
        };
        run.Hear("a");
        run.Start();
        await run.NextAsync();
        var stopped = run.StopAsync();
        await canceled.Task;
        Assert.False(stopped.IsCompleted);
        end.SetResult();
        await stopped;
    }

    [Fact]
    public async Task A_reconcile_that_does_not_end_within_15_seconds_of_stopping_is_reported()
    {
        await using var run = new ControllerRun();
        run.Reconcile = (_, _) => new TaskCompletionSource<Result>().Task;
        run.Hear("a");
        run.Start();
        await run.NextAsync();
        var stopped = run.StopAsync();
        Assert.Equal(TimeSpan.FromSeconds(15), await run.Clock.AdvanceToTimerAsync(TimeSpan.FromMinutes(1)));
        await Assert.ThrowsAsync<TimeoutException>(() => stopped);
    }

    static long Panics(ControllerRun run) => run.Metrics.Counter(
        ControllerRuntimeMetrics.ReconcilePanics, "test").Value;

    static async Task<ControllerRun> StartedAsync(params string[] names)
    {
        var run = new ControllerRun();
        foreach (var name in names)
            run.Hear(name);
        run.Start();
        await run.ReconciledNamesAsync(names.Length);
        return run;
    }
}
