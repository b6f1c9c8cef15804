using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Events;
using PyRepo.Operator.Commands.Plugin;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Tests.Status;

public sealed class BackupConditionTests
{
    const string Spec = "backup: { to: { bucket: { name: backups, region: eu } } }";

    static readonly DateTimeOffset _at = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);

    static readonly BackupReport _whole = new()
    {
        IsKnown = true,
        Count = 2,
        Name = "20261129T030000Z",
        Last = _at,
        Next = _at.AddDays(1),
        Files = 140,
        Size = 1177 << 20,
        Verified = _at.AddMinutes(5),
        VerifiedName = "20261129T030000Z",
    };

    [Fact]
    public void There_is_no_condition_without_backups() => Assert.Null(StatusWriter.Create(
        Scenario.Running(YamlObjects.Make("PythonRepository", "team-a")), new ResourceStatus()).Find("BackupReady"));

    [Fact]
    public void A_backup_that_was_made_and_read_back_is_told_with_its_size()
    {
        var status = Status(_whole);
        Assert.Equal(
            ("True", "BackedUp", "2 backups, the newest is 20261129T030000Z: 140 files, 1177Mi. Read back on "
                + "2026-11-29 03:05 UTC."),
            Told(status));
        Assert.Equal(
            ("20261129T030000Z", _at, _at.AddDays(1), 2, "1177Mi"),
            (status.Backup!.Name, status.Backup.Last, status.Backup.Next, status.Backup.Count, status.Backup.Size));
        Assert.Equal("True", status.Find("Ready")!.Status);
    }

    [Fact]
    public void What_is_wrong_is_told_and_leaves_the_resource_ready()
    {
        Assert.Equal(
            ("False", "BackupFailed", "The last attempt to back up failed, and the newest is of 2026-11-29 03:00 UTC: "
                + "NoSuchBucket: There is no bucket."),
            Told(Status(_whole with { Failure = "NoSuchBucket: There is no bucket." })));
        Assert.Equal("BackupDamaged", Told(Status(_whole with { Damaged = 3 })).Reason);
        Assert.Equal("ScheduleNeverDue", Told(Status(_whole with { Next = null })).Reason);
        Assert.Equal(
            ("Unknown", "BackupPending", "The first backup is being made."),
            Told(Status(new BackupReport { IsKnown = true })));
        Assert.Equal("True", Status(_whole with { Damaged = 3 }).Find("Ready")!.Status);
    }

    [Fact]
    public void A_server_that_has_just_begun_changes_nothing()
    {
        var before = Status(_whole);
        var after = Status(new BackupReport(), before);
        Assert.Equal(Told(before), Told(after));
        Assert.Equal(before.Backup, after.Backup);
    }

    [Fact]
    public void Each_backup_is_an_event_and_so_is_a_failure()
    {
        var first = Status(_whole with { Verified = null });
        var second = Status(_whole with { Verified = null, Name = "20261130T030000Z", Last = _at.AddDays(1) }, first);
        Assert.Equal(
            new(EventType.Normal, "BackedUp", "BackUp", "The backup 20261130T030000Z was made."),
            Assert.Single(StatusEvents.Between(first, second)));
        Assert.Equal("BackupVerified", Assert.Single(StatusEvents.Between(first, Status(_whole, first))).Reason);
        var whole = Status(_whole);
        var failed = Assert.Single(StatusEvents.Between(whole, Status(_whole with { Failure = "No." }, whole)));
        Assert.Equal((EventType.Warning, "BackupFailed"), (failed.Type, failed.Reason));
    }

    [Fact]
    public void A_store_that_is_being_filled_is_pending_and_no_rollout_that_is_stuck()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a");
        var inputs = Scenario.Running(resource).Answering(report => report with
        {
            Repositories =
            [
                report.Repositories[0] with
                {
                    Ready = false,
                    Reason = "Restoring",
                    Message = "is being restored from the backup b: 12% of 9 files",
                },
            ],
        });
        var result = Readiness.FirstFailure(inputs)!;
        Assert.Equal(
            (false, "Restoring", "The repository is being restored from the backup b: 12% of 9 files"),
            (result.IsStalled, (string?)result.Reason, result.Message));
    }

    [Fact]
    public void A_resource_that_restores_a_backup_has_other_storage_and_no_host()
    {
        var resource = JsonNode.Parse("""
            {"apiVersion":"pyrepo.dev/v1beta1","kind":"PythonRepository","metadata":{"name":"team","namespace":"a"},
             "spec":{"suspend":true,"storage":{"bucket":{"name":"team","prefix":"prod/x"}},"ingress":{"host":"a.example"},
                     "access":{"usersSecretRef":{"name":"users"}},
                     "backup":{"keep":3,"to":{"bucket":{"name":"backups","create":true}}}}}
            """)!;
        Assert.Equal(
            """
            {"apiVersion":"pyrepo.dev/v1beta1","kind":"PythonRepository","metadata":{"name":"trial","namespace":"a"},"spec":{"storage":{"bucket":{"name":"team","prefix":"prod/trial"},"restoreFrom":{"bucket":{"name":"backups"},"backup":"latest"}},"access":{"usersSecretRef":{"name":"users"}}}}
            """,
            RestoreCommand.Write(resource, "trial", "latest").ToJsonString());
        Assert.Throws<KubectlException>(() => RestoreCommand.Write(resource, "team", "latest"));
    }

    [Fact]
    public void A_resource_that_restores_a_snapshot_has_a_volume_with_room_for_it()
    {
        var resource = JsonNode.Parse("""
            {"apiVersion":"pyrepo.dev/v1beta1","kind":"PythonRepository","metadata":{"name":"team","namespace":"a"},
             "spec":{"storage":{"persistentVolumeClaim":{"size":"4Gi","existingClaim":"x"}},
                     "backup":{"to":{"volumeSnapshotClassName":"fast"}}}}
            """)!;
        var chosen = FoundSnapshot.Choose(
            [Snapshot("old", "2026-11-27"), Snapshot("new", "2026-11-29"), Snapshot("newest", "2026-11-30", "false")],
            "latest");
        Assert.Equal(
            """
            {"apiVersion":"pyrepo.dev/v1beta1","kind":"PythonRepository","metadata":{"name":"trial","namespace":"a"},"spec":{"storage":{"persistentVolumeClaim":{"size":"6Gi"},"restoreFrom":{"volumeSnapshot":"new"}}}}
            """,
            RestoreCommand.Write(resource, "trial", chosen).ToJsonString());
        Assert.Equal(
            """
            {"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{"name":"new","namespace":"a","annotations":{"pyrepo.dev/claimable-by":"trial"}},"spec":{"source":{"persistentVolumeClaimName":"team-data"}}}
            """,
            chosen.GiveTo("trial", "a").ToJsonString());
        Assert.Throws<KubectlException>(() => RestoreCommand.Write(resource, "team", chosen));
    }

    [Theory]
    [InlineData("latest", "b")]
    [InlineData("a", "a")]
    [InlineData("2026-11-28T12:00:00Z", "a")]
    [InlineData("2026-11-27T00:00:00Z", null)]
    [InlineData("c", null)]
    public void A_snapshot_is_chosen_as_a_backup_is(string which, string? expected)
    {
        JsonNode[] found =
            [Snapshot("a", "2026-11-28"), Snapshot("b", "2026-11-29"), Snapshot("c", "2026-11-30", "false")];
        if (expected is null)
            Assert.Throws<KubectlException>(() => FoundSnapshot.Choose(found, which));
        else
            Assert.Equal(expected, FoundSnapshot.Choose(found, which).Name);
    }

    [Fact]
    public void The_chosen_snapshot_is_named_and_so_are_those_of_a_volume_that_was_lost()
    {
        JsonNode[] found = [Snapshot("a", "2026-11-28"), Snapshot("b", "2026-11-29")];
        Assert.Equal(
            "b is restored, which was taken on 2026-11-29 03:00 UTC.",
            FoundSnapshot.Choose(found, "latest").Describe(found));
        found = [.. found, Snapshot("c", "2026-11-30", claim: "anew"), Snapshot("d", "2026-12-01", "false")];
        Assert.Equal(
            "c is restored, which was taken on 2026-11-30 03:00 UTC. Of other volumes of the repository there are 2, "
                + "the newest is b of 2026-11-29 03:00 UTC. If that volume was the one with the data, give --backup b.",
            FoundSnapshot.Choose(found, "latest").Describe(found));
    }

    [Fact]
    public void What_was_restored_to_an_earlier_claim_does_not_count_for_the_present_one()
    {
        var claim = Scenario.InputsOfRunning(YamlObjects.Make("PythonRepository", "team-a")).PersistentVolumeClaim!;
        var restored = new RestoredStatus { Backup = "b", At = _at };
        bool IsOf(double minutes) => restored.IsOf(claim with
        {
            Metadata = claim.Metadata with { CreationTimestamp = _at.AddMinutes(minutes) },
        });
        Assert.Equal((true, false), (IsOf(-3), IsOf(3)));
        Assert.False(restored.IsOf(null));
    }

    [Fact]
    public void A_resource_that_is_left_out_does_not_say_that_its_backups_go_on()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", Spec);
        var left = StatusWriter.LeftOut(resource.Source, Status(_whole), 5, _at);
        Assert.Equal(("Unknown", "BackupPending"), (Told(left).Status, Told(left).Reason));
        Assert.Null(StatusWriter.LeftOut(resource.Source, new(), 5, _at).Find("BackupReady"));
    }

    static JsonNode Snapshot(string name, string day, string ready = "true", string claim = "first") =>
        JsonNode.Parse($$"""
        {"metadata":{"name":"{{name}}","annotations":{"pyrepo.dev/claim":"{{claim}}"} },
         "spec":{"source":{"persistentVolumeClaimName":"team-data"} },
         "status":{"readyToUse":{{ready}},"restoreSize":"6Gi","creationTime":"{{day}}T03:00:00Z" } }
        """)!;

    [Fact]
    public void Snapshots_are_no_business_of_the_server_nor_of_its_network()
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a",
            "storage: { deletionPolicy: Retain, restoreFrom: { volumeSnapshot: a } }, "
                + "backup: { to: { volumeSnapshotClassName: fast } }",
            $"{{ {Annotations.Backup}: now }}");
        var mounted = MountedConfiguration.From(resource, Scenario.Inputs, Scenario.Settings)
            .Documents.Single(d => d.Key == "resource.yaml").Text;
        Assert.Contains("deletionPolicy: Retain", mounted, StringComparison.Ordinal);
        Assert.DoesNotContain("backup", mounted, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("snapshot", mounted, StringComparison.OrdinalIgnoreCase);
        Assert.False(BackupCondition.IsAwaited(resource, new ResourceStatus()));
        var settings = Scenario.Settings with
        {
            NetworkPolicy = Scenario.Settings.NetworkPolicy with { Enabled = true },
        };
        Assert.Equal(
            NetworkPolicyManifest.Create(YamlObjects.Make("PythonRepository", "team-a"), settings)!.Spec!.Egress!.Count,
            NetworkPolicyManifest.Create(resource, settings)!.Spec!.Egress!.Count);
    }

    [Theory]
    [InlineData("""{}""", "40Gi", "40Gi")]
    [InlineData("""{"persistentVolumeClaim":{"size":"20Gi"}}""", "40Gi", "40Gi")]
    [InlineData("""{"persistentVolumeClaim":{"size":"50Gi","existingClaim":"mine"}}""", "40Gi", "50Gi")]
    [InlineData("""{"persistentVolumeClaim":{"existingClaim":"mine"}}""", "40Gi", "40Gi")]
    [InlineData("""{"persistentVolumeClaim":{}}""", "8Gi", null)]
    [InlineData("""{"ephemeral":{}}""", "40Gi", null)]
    public void A_volume_that_is_restored_to_has_the_size_to_which_the_other_has_grown(
        string storage, string room, string? size)
    {
        var resource = JsonNode.Parse($$"""
            {"metadata":{"name":"team"},"spec":{"storage":{{storage}},"backup":{"to":{"bucket":{"name":"b"} } } } }
            """)!;
        Assert.True(Quantity.TryParse(room, out var least));
        var restored = RestoreCommand.WithRoom(RestoreCommand.Write(resource, "trial", "latest"), least);
        var claim = restored["spec"]!["storage"]!["persistentVolumeClaim"];
        Assert.Equal(size, (string?)claim?["size"]);
        Assert.Null(claim?["existingClaim"]);
    }

    [Fact]
    public void The_request_for_a_backup_reaches_the_server_and_its_network_lets_it_out()
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a", Spec, $"{{ {Annotations.Backup}: now }}");
        var configuration = MountedConfiguration.From(resource, Scenario.Inputs, Scenario.Settings);
        Assert.Contains(
            "pyrepo.dev/backup", configuration.Documents.Single(d => d.Key == "resource.yaml").Text,
            StringComparison.Ordinal);
        var settings = Scenario.Settings with
        {
            NetworkPolicy = Scenario.Settings.NetworkPolicy with { Enabled = true },
        };
        var plain = NetworkPolicyManifest.Create(YamlObjects.Make("PythonRepository", "team-a"), settings)!;
        Assert.NotEqual(
            plain.Spec!.Egress!.Count, NetworkPolicyManifest.Create(resource, settings)!.Spec!.Egress!.Count);
    }

    static (string Status, string? Reason, string? Message) Told(ResourceStatus status) =>
        status.Find("BackupReady") is { } condition ? (condition.Status, condition.Reason, condition.Message) : default;

    static ResourceStatus Status(BackupReport report, ResourceStatus? previous = null) => StatusWriter.Create(
        Scenario.Running(YamlObjects.Make("PythonRepository", "team-a", Spec)).Answering(server => server with
        {
            Repositories = [server.Repositories[0] with { Backup = report }],
        }), previous ?? new ResourceStatus());
}
