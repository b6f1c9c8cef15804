using System.Net;

namespace EndToEnd.Serving;

/// <summary>Files that somebody puts into the folder are taken in, and those that are taken away are missed.</summary>
public sealed class AdoptionTests(AdoptionServer fixture) : IClassFixture<AdoptionServer>
{
    [Fact]
    public Task Files_dropped_while_the_server_runs_are_listed_at_any_depth() => fixture.Runs.Dropped;

    [Fact]
    public Task A_half_copied_file_is_adopted_only_when_complete() => fixture.Runs.HalfCopied;

    [Fact]
    public Task A_rejected_file_is_reported_and_left_in_place() => fixture.Runs.Refused;

    [Fact]
    public Task A_file_deleted_through_the_server_is_not_adopted_again() => fixture.Runs.Deleted;

    [Fact]
    public Task A_file_changed_in_the_folder_under_Never_is_neither_listed_nor_served() =>
        fixture.Runs.ChangedUnderNever;

    [Fact]
    public Task A_file_changed_in_the_folder_under_Always_is_served_with_its_new_bytes() =>
        fixture.Runs.ChangedUnderAlways;

    [Fact]
    public Task A_touched_file_is_served_without_interruption() => fixture.Runs.Touched;

    [Fact]
    public Task A_removed_file_is_unlisted_until_it_returns() => fixture.Runs.TakenAway;

    [Fact]
    public Task A_second_copy_replaces_one_that_is_removed() => fixture.Runs.Copied;

    [Fact]
    public Task A_folder_moved_within_the_repository_keeps_its_files_listed() => fixture.Runs.Moved;

    [Fact]
    public async Task Changes_made_while_the_server_was_stopped_take_effect_after_its_start()
    {
        await using var server = await PyRepoServer.StartAsync(Manifest.Create("team"));
        var folder = new DroppedFiles(server);
        TestWheel[] wheels = [.. Enumerable.Range(0, 6).Select(i => TestWheel.Create("asleep", $"{i}.0"))];
        foreach (var wheel in wheels[..4])
            folder.Drop("team", wheel);
        foreach (var wheel in wheels[..4])
            await folder.UntilServedAsync("team", wheel);
        var publisher = TwineForm.Publisher(server, "team");
        Assert.Equal(HttpStatusCode.NoContent, await server.DeletionStatusAsync("team", wheels[0], publisher));

        await server.StopAsync();
        var (deleted, touched, takenAway) = (wheels[0], wheels[1], wheels[2]);
        folder.Drop("team", deleted);
        File.SetLastWriteTimeUtc(folder.GetPath("team", touched), DateTime.UtcNow.AddMinutes(-10));
        File.Delete(folder.GetPath("team", takenAway));
        File.SetLastWriteTimeUtc(folder.Drop("team", wheels[4]), DateTime.UtcNow.AddDays(-3));
        folder.Drop("team", wheels[5], "new");

        await server.StartAgainAsync();
        Assert.True(await server.ServesAsync("team", touched));
        await folder.UntilServedAsync("team", wheels[4]);
        await folder.UntilServedAsync("team", wheels[5]);
        await folder.UntilRefusedAsync("team", $"packages/{deleted.FileName}");
        Assert.True(await server.ServesAsync("team", touched));
        var listed = (await ProjectPage.ReadAsync(server, "team", "asleep"))!.Files.Select(f => f.FileName);
        Assert.Equal(wheels.Except([deleted, takenAway]).Select(w => w.FileName), listed);
    }
}
