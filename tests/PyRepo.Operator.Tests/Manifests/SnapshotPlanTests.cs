using System.Collections.Immutable;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>Which snapshots of a volume are made and removed, and when.</summary>
public sealed class SnapshotPlanTests
{
    static readonly DateTimeOffset _now = new(2026, 11, 29, 14, 0, 30, TimeSpan.Zero);
    static readonly DateTimeOffset _today = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_one_is_made_at_once_of_the_claim_and_belongs_to_nobody()
    {
        var plan = Decide(Team(), _now);
        var made = plan.Create!;
        Assert.Equal("team-a-20261129t140000z", made.Metadata.Name);
        Assert.Equal(
            ("fast", "team-a-data"),
            (made.Spec!.VolumeSnapshotClassName, made.Spec.Source!.PersistentVolumeClaimName));
        Assert.Null(made.Metadata.OwnerReferences);
        Assert.Equal(("Unknown", "BackupPending"), (plan.Status, (string?)plan.Reason));
        Assert.Null(Decide(Team("deletionPolicy: Delete"), _now).Create!.Metadata.OwnerReferences);
    }

    [Fact]
    public void The_next_one_is_made_when_the_schedule_says_and_called_so_by_whoever_makes_it()
    {
        var last = Ready(_today.AddDays(-1));
        var early = Decide(Team(), _today.AddSeconds(-1), last);
        Assert.Null(early.Create);
        Assert.Equal((_today, _today), (early.Next, early.LookAt));
        Assert.Equal(("True", "BackedUp"), (early.Status, (string?)early.Reason));
        foreach (var late in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(9)])
            Assert.Equal("team-a-20261129t030000z", Decide(Team(), _today + late, last).Create?.Metadata.Name);
    }

    [Fact]
    public void One_that_was_missed_is_made_as_soon_as_possible_and_called_by_its_own_time() =>
        Assert.Equal("team-a-20261129t140000z", Decide(Team(), _now, Ready(_today.AddDays(-4))).Create?.Metadata.Name);

    [Fact]
    public void A_clock_of_the_cluster_that_is_behind_makes_no_second_one()
    {
        var made = Ready(_today);
        made = made with { Metadata = made.Metadata with { CreationTimestamp = _today.AddSeconds(-2) } };
        var plan = Decide(Team(), _today.AddSeconds(1), made);
        Assert.Null(plan.Create);
        Assert.Equal(_today.AddDays(1), plan.Next);
    }

    [Fact]
    public void An_annotation_asks_for_one_once_after_the_one_that_is_being_made()
    {
        var asking = Team(annotations: $"{{ {Annotations.Backup}: now }}");
        var made = Decide(asking, _now, Ready(_today)).Create!;
        Assert.Equal(
            ("team-a-20261129t140030z", "now"), (made.Metadata.Name, made.Metadata.Annotations![Annotations.Backup]));
        Assert.Null(Decide(asking, _now, made with { Status = new() { ReadyToUse = true } }).Create);
        Assert.Null(Decide(asking, _now, Pending(_now.AddMinutes(-5))).Create);
        // The name of this second is taken by a snapshot that may lack what was uploaded since.
        var waiting = Decide(asking, _now, Ready(_now));
        Assert.Null(waiting.Create);
        Assert.Equal(_now.AddSeconds(1), waiting.LookAt);
    }

    [Fact]
    public void The_oldest_ones_go_when_newer_ones_are_ready_and_never_the_last()
    {
        VolumeSnapshot[] three = [Ready(_today), Ready(_today.AddDays(-1)), Ready(_today.AddDays(-2))];
        Assert.Empty(Decide(Team(), _now.AddDays(1), [Pending(_today.AddDays(1)), .. three[..2]]).Delete);
        Assert.Equal(["team-a-20261127t030000z"], Names(Decide(Team(), _now, three).Delete));
        Assert.Equal(
            ["team-a-20261127t030000z", "team-a-20261128t030000z"],
            Names(Decide(Team(keep: 1), _now, three).Delete));
        Assert.Empty(Decide(Team(keep: 1), _now, Failed(_today), Ready(_today.AddDays(-40))).Delete);
    }

    [Fact]
    public void A_failure_is_told_takes_no_place_and_is_replaced_when_the_next_one_is_due()
    {
        var failed = Failed(_today);
        var plan = Decide(Team(), _now, failed, Ready(_today.AddDays(-1)), Ready(_today.AddDays(-2)));
        Assert.Equal(
            ("False", "BackupFailed", "The snapshot team-a-20261129t030000z failed, and the newest is of 2026-11-28 "
                + "03:00 UTC: no driver"),
            (plan.Status, (string?)plan.Reason, plan.Message));
        Assert.Equal((null, 2, _today.AddDays(1)), (plan.Create, plan.Count, plan.Next));
        Assert.Empty(plan.Delete);
        Assert.NotNull(Decide(Team(), _today.AddDays(1), failed).Create);
        Assert.Equal(
            ["team-a-20261129t030000z"],
            Names(Decide(Team(), _now.AddDays(1), Ready(_today.AddDays(1)), failed).Delete));
    }

    [Fact]
    public void An_error_that_may_pass_begins_no_other_one_and_removes_nothing_for_a_day()
    {
        var hourly = Team(keep: 1, schedule: "0 * * * *");
        VolumeSnapshot[] found = [Failed(_today), Ready(_today.AddHours(-1))];
        var plan = Decide(hourly, _today.AddHours(23), found);
        Assert.Equal(("False", "BackupFailed"), (plan.Status, (string?)plan.Reason));
        Assert.Equal((null, 0, _today.AddDays(1)), (plan.Create, plan.Delete.Length, plan.LookAt));
        // Somebody else makes a newer one meanwhile.
        Assert.Empty(Decide(hourly, _today.AddHours(5), [Ready(_today.AddHours(4)), Failed(_today)]).Delete);
        Assert.NotNull(Decide(hourly, _today.AddDays(1), found).Create);
        // Whoever asks for one gets it.
        var asked = Decide(
            Team(keep: 1, annotations: "{ pyrepo.dev/backup: mended }"), _today.AddHours(2), found);
        Assert.NotNull(asked.Create);
        Assert.Empty(asked.Delete);
    }

    [Fact]
    public void A_good_one_that_is_no_longer_called_ready_is_kept_and_so_is_one_that_takes_days()
    {
        var three = Enumerable.Range(1, 3).Select(day => Unready(_today.AddDays(-day))).ToArray();
        var plan = Decide(Team(keep: 3), _now, [Ready(_today), .. three]);
        Assert.Equal((1, 0), (plan.Count, plan.Delete.Length));
        // Nothing but what is beyond as many as are kept.
        Assert.Equal(["team-a-20261126t030000z"], Names(Decide(Team(keep: 2), _now, [Ready(_today), .. three]).Delete));
        // What was never taken goes first, though it is newer, and goes at once when one is ready.
        var never = Enumerable.Range(1, 2).Select(day => Failed(_today.AddDays(day))).ToArray();
        var late = _today.AddDays(9);
        Assert.Equal(
            ["team-a-20261130t030000z"], Names(Decide(Team(keep: 3), late, [.. never, .. three]).Delete));
        Assert.Equal(
            ["team-a-20261130t030000z", "team-a-20261201t030000z"],
            Names(Decide(Team(keep: 3), late, [Ready(_today.AddDays(8)), .. never, .. three]).Delete));
    }

    [Fact]
    public void A_name_that_is_far_ahead_says_nothing_of_the_time()
    {
        var ahead = Made(_today.AddYears(3)) with { Status = new() { ReadyToUse = true } };
        ahead = ahead with { Metadata = ahead.Metadata with { CreationTimestamp = _today } };
        var plan = Decide(Team(), _now, ahead);
        Assert.Equal((null, _today.AddDays(1)), (plan.Create, plan.Next));
        var forged = Pending(_today);
        forged = forged with { Metadata = forged.Metadata with { Name = "team-a-99991231t235959z" } };
        Assert.Equal("Unknown", Decide(Team(), _today.AddMinutes(5), forged).Status);
        Assert.Equal(_today.AddHours(1), Decide(Team(), _today.AddMinutes(5), forged).LookAt);
        forged = forged with { Metadata = forged.Metadata with { CreationTimestamp = null } };
        Assert.NotNull(Decide(Team(), _now, forged).Create);
    }

    [Fact]
    public void The_clock_of_the_cluster_says_what_is_due_and_how_a_snapshot_is_called()
    {
        var inputs = Inputs(Team()) with { Now = _now.AddYears(1), ServerTime = _now };
        Assert.Equal("team-a-20261129t140000z", SnapshotPlan.Decide(Team(), inputs)!.Create?.Metadata.Name);
        Assert.Null(SnapshotPlan.Decide(Team(), inputs with { Snapshots = [Ready(_today)] })!.Create);
    }

    [Fact]
    public void Those_that_were_made_while_the_clock_of_the_cluster_was_ahead_stop_nothing_and_replace_nothing()
    {
        VolumeSnapshot[] ahead = [Ready(_today.AddYears(2)), Ready(_today.AddYears(1))];
        var made = Decide(Team(), _now, ahead).Create!;
        // One each hour at most, should the clock stay wrong.
        Assert.Equal("team-a-20261129t140000z", made.Metadata.Name);
        Assert.Equal(made.Metadata.Name, Decide(Team(), _now.AddMinutes(40), ahead).Create!.Metadata.Name);
        var plan = Decide(Team(), _now, [.. ahead, Ready(_now)]);
        Assert.Equal((null, _today.AddDays(1)), (plan.Create, plan.Next));
        Assert.Equal(["team-a-20271129t030000z"], Names(plan.Delete));
        Assert.Equal(ChildNames.Snapshot("team-a", _now), plan.Newest!.Metadata.Name);
    }

    [Fact]
    public void A_request_that_an_earlier_one_met_is_not_met_again()
    {
        var asking = Team(annotations: $"{{ {Annotations.Backup}: now }}");
        var met = Ready(_today.AddMinutes(1));
        met = met with
        {
            Metadata = met.Metadata with
            {
                Annotations = ChildMetadata.Texts([
                    .. met.Metadata.Annotations!.Select(a => (a.Key, a.Value)), (Annotations.Backup, "now")]),
            },
        };
        Assert.Null(Decide(asking, _now, met, Ready(_today.AddHours(3))).Create);
        Assert.NotNull(Decide(asking, _now, Ready(_today.AddHours(3))).Create);
    }

    [Fact]
    public void No_more_are_made_while_deleted_ones_do_not_go()
    {
        VolumeSnapshot[] Stuck(int count, double minutes) =>
        [
            .. Enumerable.Range(1, count).Select(day => Ready(_today.AddDays(-day))).Select(each => each with
            {
                Metadata = each.Metadata with { DeletionTimestamp = _now.AddMinutes(-minutes) },
            }),
        ];
        var plan = Decide(Team(), _now, Stuck(6, 61));
        Assert.Equal(("False", "BackupFailed", null), (plan.Status, (string?)plan.Reason, plan.Create));
        Assert.Contains("6 snapshots that were deleted", plan.Message, StringComparison.Ordinal);
        Assert.NotNull(Decide(Team(), _now, Stuck(6, 59)).Create);
        Assert.NotNull(Decide(Team(), _now, Stuck(5, 61)).Create);
        plan = Decide(Team(), _now, [Ready(_today), .. Stuck(2, 61)]);
        Assert.Equal("True", plan.Status);
        Assert.Contains("2 that were deleted", plan.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_not_be_removed_leaves_the_verdict_and_is_told()
    {
        var plan = Decide(Team(), _now, Ready(_today)).NotRemoved("No.", _now);
        Assert.Equal(("True", "BackedUp", _now.AddMinutes(5)), (plan.Status, (string?)plan.Reason, plan.LookAt));
        Assert.EndsWith(". Old ones are not removed: No.", plan.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejected_resource_says_that_no_backups_are_made()
    {
        var rejection = new Rejection(Reason.ImageNotAllowed, "No such image.");
        var plan = SnapshotPlan.Rejected(Team(), rejection)!;
        Assert.Equal(("Unknown", "BackupPending", false), (plan.Status, (string?)plan.Reason, plan.IsKnown));
        Assert.Contains("ImageNotAllowed", plan.Message, StringComparison.Ordinal);
        Assert.Null(SnapshotPlan.Rejected(YamlObjects.Make("PythonRepository", "team-a"), rejection));
    }

    [Fact]
    public void One_that_is_not_ready_for_an_hour_is_told_and_after_a_day_no_longer_waited_for()
    {
        var pending = Pending(_today);
        var hourly = Team(schedule: "0 * * * *");
        Assert.Equal("Unknown", Decide(hourly, _today.AddMinutes(59), pending).Status);
        Assert.Equal(_today.AddHours(1), Decide(hourly, _today.AddMinutes(59), pending).LookAt);
        var late = Decide(hourly, _today.AddHours(5), pending);
        Assert.Equal(("False", "BackupPending", null), (late.Status, (string?)late.Reason, late.Create));
        var given = Decide(hourly, _today.AddDays(1), pending);
        Assert.Equal("BackupFailed", (string?)given.Reason);
        Assert.NotNull(given.Create);
    }

    [Fact]
    public void Nothing_is_made_without_the_API_the_class_or_a_volume()
    {
        var inputs = Scenario.InputsOfRunning(Team());
        var missing = SnapshotPlan.Decide(Team(), inputs with { KnowsVolumeSnapshots = false })!;
        Assert.Equal(("False", "SnapshotApiMissing", null), (missing.Status, (string?)missing.Reason, missing.Create));
        Assert.Equal(inputs.Now.AddMinutes(5), missing.LookAt);
        missing = SnapshotPlan.Decide(Team(), inputs with { HasSnapshotClass = false })!;
        Assert.Equal(
            ("False", "SnapshotClassNotFound", null), (missing.Status, (string?)missing.Reason, missing.Create));
        Assert.Contains("fast", missing.Message, StringComparison.Ordinal);
        missing = SnapshotPlan.Decide(Team(), Scenario.Inputs)!;
        Assert.Equal(("Unknown", "BackupPending", null), (missing.Status, (string?)missing.Reason, missing.Create));
    }

    [Fact]
    public void A_volume_that_is_being_filled_from_a_bucket_is_no_backup_yet()
    {
        var resource = Team("restoreFrom: { bucket: { name: backups, region: eu } }");
        var inputs = Inputs(resource);
        var waits = SnapshotPlan.Decide(resource, inputs)!;
        Assert.Equal(("Unknown", "BackupPending", null), (waits.Status, (string?)waits.Reason, waits.Create));
        Assert.NotNull(SnapshotPlan.Decide(resource, inputs with { IsRestored = true })!.Create);
        Assert.NotNull(Decide(Team("restoreFrom: { volumeSnapshot: a }"), _now).Create);
    }

    [Fact]
    public void Snapshots_of_somebody_else_or_of_an_earlier_claim_are_left_alone()
    {
        var earlier = Ready(_today) with { };
        earlier = earlier with
        {
            Metadata = earlier.Metadata with
            {
                Annotations = ChildMetadata.Texts(
                    (Annotations.DataOf, "PythonRepository/packages/team-a"), (Annotations.Claim, "another-uid")),
            },
        };
        var plan = Decide(Team(keep: 1), _now, earlier);
        Assert.NotNull(plan.Create);
        Assert.Equal((0, 0), (plan.Count, plan.Delete.Length));

        plan = Decide(Team(keep: 1), _now, Ready(_now), earlier, earlier with
        {
            Metadata = earlier.Metadata with { Annotations = null, Name = "by-hand" },
        });
        Assert.Empty(plan.Delete);
        Assert.Contains("1 of earlier volumes", plan.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_that_names_no_day_is_told_once_there_is_a_first_backup()
    {
        var never = Team(schedule: "0 0 30 2 *");
        Assert.NotNull(Decide(never, _now).Create);
        var plan = Decide(never, _now, Ready(_today));
        Assert.Equal(("False", "ScheduleNeverDue", null), (plan.Status, (string?)plan.Reason, plan.Create));
    }

    [Theory]
    [InlineData("a", "a-20261129t030000z")]
    [InlineData(
        "a123456789b123456789c123456789d123456789e12345",
        "a123456789b123456789c123456789d123456789e12345-20261129t030000z")]
    public void A_name_fits_into_a_label_and_has_the_time(string resource, string expected)
    {
        var name = ChildNames.Snapshot(resource, _today);
        Assert.Equal((expected, _today), (name, ChildNames.FindSnapshotTime(name)));
        var longName = new string('a', 51);
        Assert.NotEqual(ChildNames.Snapshot(longName + "b", _today), ChildNames.Snapshot(longName + "c", _today));
        Assert.Equal(63, ChildNames.Snapshot(longName + "b", _today).Length);
        Assert.Null(ChildNames.FindSnapshotTime("team-a-yesterday"));
    }

    static DeclaredResource Team(
        string storage = "", int keep = 2, string schedule = "0 3 * * *", string annotations = "{}") =>
        YamlObjects.Make(
            "PythonRepository", "team-a",
            $"storage: {{ {storage} }}, backup: {{ schedule: '{schedule}', keep: {keep}, to: "
                + "{ volumeSnapshotClassName: fast } }", annotations);

    static SnapshotPlan Decide(DeclaredResource resource, DateTimeOffset now, params VolumeSnapshot[] found) =>
        SnapshotPlan.Decide(resource, Inputs(resource) with { Now = now, Snapshots = [.. found] })!;

    static ReconcileInputs Inputs(DeclaredResource resource)
    {
        var inputs = Scenario.InputsOfRunning(resource);
        var claim = inputs.PersistentVolumeClaim!;
        return inputs with
        {
            HasSnapshotClass = true,
            PersistentVolumeClaim = claim with { Metadata = claim.Metadata with { Uid = "claim-uid" } },
        };
    }

    static VolumeSnapshot Made(DateTimeOffset time)
    {
        var made = VolumeSnapshotManifest.Create(Team(), Inputs(Team()).PersistentVolumeClaim!, "fast", time);
        return made with { Metadata = made.Metadata with { CreationTimestamp = time } };
    }

    static VolumeSnapshot Ready(DateTimeOffset time) => Made(time) with { Status = new() { ReadyToUse = true } };

    static VolumeSnapshot Pending(DateTimeOffset time) => Made(time) with { Status = new() { ReadyToUse = false } };

    /// <summary>One that the storage took and that is not ready, or is no longer.</summary>
    static VolumeSnapshot Unready(DateTimeOffset time) => Made(time) with
    {
        Status = new() { ReadyToUse = false, CreationTime = time, Error = new() { Message = "no content" } },
    };

    static VolumeSnapshot Failed(DateTimeOffset time) =>
        Made(time) with { Status = new() { ReadyToUse = false, Error = new() { Message = "no driver" } } };

    static IEnumerable<string?> Names(ImmutableArray<VolumeSnapshot> snapshots) =>
        snapshots.Select(snapshot => snapshot.Metadata.Name);
}
