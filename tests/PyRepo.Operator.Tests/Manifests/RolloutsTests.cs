using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Operator.Manifests;
using PyRepo.Resources.Values;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>Which rollouts may begin, by what the Deployments show.</summary>
public sealed class RolloutsTests
{
    static readonly DateTimeOffset _now = Scenario.Now;

    static readonly DeclaredResource _resource = YamlObjects.Make("PythonRepository", "team-a");

    static readonly Deployment _wanted =
        DesiredState.From(_resource, Scenario.Inputs, Scenario.Settings).Deployment!;

    [Fact]
    public void A_namespace_takes_no_more_than_its_own_slots()
    {
        var now = From(Rolling("a", 1), Rolling("a", 2));
        Assert.Equal("AwaitsRollout", Why(now, "a"));
        Assert.Null(Why(now, "b"));
        // Nor by Deployments that a tenant made to look like rollouts.
        Assert.Null(Why(From([.. Enumerable.Range(0, 50).Select(i => Rolling("a", i))]), "b"));
        Assert.Equal("AwaitsRollout", Why(
            From(Rolling("a", 1), Rolling("a", 2), Rolling("b", 1), Rolling("b", 2), Rolling("c", 1)), "d"));
    }

    [Fact]
    public void A_namespace_with_any_number_of_failures_blocks_only_itself()
    {
        var now = From([.. Enumerable.Range(0, 50).Select(i => Failed("a", i))]);
        Assert.Equal("RolloutStopped", Why(now, "a"));
        Assert.Contains("PythonRepository r0", now.WhyWait(Key("a", 99))!.Message, StringComparison.Ordinal);
        Assert.Contains("and 47 more", now.WhyWait(Key("a", 99))!.Message, StringComparison.Ordinal);
        Assert.Null(Why(now, "b"));
        Assert.False(now.IsStopped);
    }

    [Fact]
    public void Failures_in_as_many_namespaces_as_may_roll_stop_all_rollouts_and_name_none()
    {
        Rollout[] four = [Failed("n1", 1), Failed("n2", 1), Failed("n3", 1), Failed("n4", 1)];
        Assert.Null(Why(From(four), "b"));
        var now = From([.. four, Failed("n5", 1)]);
        Assert.True(now.IsStopped);
        Assert.Equal("RolloutStopped", Why(now, "b"));
        Assert.Contains("In 5 namespaces", now.WhyWait(Key("b", 1))!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("n1", now.WhyWait(Key("b", 1))!.Message, StringComparison.Ordinal);
    }

    /// <summary>One tenant's requests must not keep the upgrade from all others.</summary>
    [Fact]
    public void Failures_of_pods_with_more_memory_stop_nothing_but_take_places_while_they_roll()
    {
        var now = From([.. Enumerable.Range(0, 9).Select(i => Failed($"n{i}", 1) with { RaisesMemory = true })]);
        Assert.False(now.IsStopped);
        Assert.Equal(9, now.Failed.Length);
        Assert.Null(Why(now, "b"));
        Assert.Null(Why(now, "n1"));
        var rolling = From([.. Enumerable.Range(0, 5).Select(i => Rolling($"n{i}", 1) with { RaisesMemory = true })]);
        Assert.Equal("AwaitsRollout", Why(rolling, "b"));
    }

    [Fact]
    public void A_Deployment_says_that_only_its_memory_is_another_until_its_pods_are_there()
    {
        var live = DeploymentManifest.AsRollout(_wanted, _now, raisesMemory: true);
        Assert.True(Rollout.From(ResourceKey.From(_resource), live, _now)!.RaisesMemory);
        Assert.Equal(
            live.Metadata.Annotations, DeploymentManifest.KeepRollout(_wanted, live, _now).Metadata.Annotations);
        Assert.False(Rollout.From(
            ResourceKey.From(_resource), DeploymentManifest.AsRollout(_wanted, _now), _now)!.RaisesMemory);
    }

    [Theory]
    [InlineData("server: { resources: { limits: { memory: 512Mi } } }", true)]
    [InlineData("server: { resources: { requests: { memory: 512Mi }, limits: { memory: 512Mi } } }", true)]
    [InlineData("server: { resources: { limits: { memory: 256Mi, cpu: 1 } } }", false)]
    [InlineData("server: { nodeSelector: { disk: ssd }, resources: { limits: { memory: 512Mi } } }", false)]
    public void Templates_differ_in_memory_alone_or_in_more(string spec, bool isMemory)
    {
        var before = AppliedTemplate.From(AppliedTemplate.WriteInto(
            Make("server: { resources: { limits: { memory: 256Mi } } }")))!;
        Assert.Equal(isMemory, before.DiffersOnlyInMemory(Make(spec).Spec!.Template));

        static Deployment Make(string spec) => DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a", spec), Scenario.Inputs, Scenario.Settings).Deployment!;
    }

    [Theory]
    [InlineData("autoMemory: { max: 1Gi },", null, "384Mi", true)]
    [InlineData("autoMemory: { max: 1Gi },", true, "384Mi", true)]
    // A bad image may take more and more memory: it counts as what it is.
    [InlineData("autoMemory: { max: 1Gi },", false, "384Mi", false)]
    // The administrator's setting is another.
    [InlineData("", null, "384Mi", false)]
    [InlineData("autoMemory: { max: 1Gi },", null, "512Mi", false)]
    [InlineData("autoMemory: { max: 1Gi },", null, null, false)]
    public void More_memory_that_follows_an_upgrade_is_a_part_of_it(
        string auto, bool? goingRaises, string? recommended, bool expected)
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a", $"server: {{ {auto} resources: {{ limits: {{ memory: 256Mi }} }} }}");
        var live = DesiredState.From(resource, Scenario.Inputs, Scenario.Settings).Deployment!;
        var raised = YamlObjects.Make(
            "PythonRepository", "team-a", "server: { resources: { limits: { memory: 384Mi } } }");
        var wanted = DesiredState.From(raised, Scenario.Inputs, Scenario.Settings).Deployment!;
        var going = goingRaises is { } raises ? Failed("a", 1) with { RaisesMemory = raises } : null;
        Quantity? given = recommended is null ? null : Quantity.Parse(recommended);
        Assert.Equal(expected, Rollout.IsOfMemory(resource, wanted, AppliedTemplate.WriteInto(live), going, given));
    }

    /// <summary>Else it would not count, and one more than may would begin: the rest was read before it began.</summary>
    [Fact]
    public void A_Deployment_keeps_the_mark_of_a_rollout_that_has_just_begun()
    {
        var live = DeploymentManifest.AsRollout(_wanted, _now);
        var kept = DeploymentManifest.KeepRollout(_wanted, live, _now.AddSeconds(9));
        Assert.Equal(live.Metadata.Annotations, kept.Metadata.Annotations);
        Assert.Same(_wanted, DeploymentManifest.KeepRollout(_wanted, _wanted, _now));
        var ended = live with
        {
            Status = new() { Replicas = 1, UpdatedReplicas = 1, AvailableReplicas = 1 },
        };
        Assert.Same(_wanted, DeploymentManifest.KeepRollout(_wanted, ended, _now));
    }

    [Fact]
    public void A_failed_or_running_rollout_may_continue_with_another_template()
    {
        var now = From(Failed("a", 1), Failed("a", 2), Rolling("a", 3));
        Assert.Null(now.WhyWait(Key("a", 1)));
        Assert.Null(now.WhyWait(Key("a", 3)));
        Assert.Equal("AwaitsRollout", now.With(Rolling("a", 1)).WhyWait(Key("a", 2))?.Reason);
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(31, true)]
    public void A_rollout_has_its_time_whatever_its_Deployment_says(int minutes, bool hasFailed) =>
        Assert.Equal(hasFailed, (Rolling("a", 1) with { StartedAt = _now.AddMinutes(-minutes) }).HasFailed(_now));

    [Theory]
    [InlineData("2099-01-01T00:00:00Z")]
    [InlineData("never")]
    [InlineData(null)]
    public void A_start_that_a_tenant_writes_does_not_prolong_a_rollout(string? started)
    {
        var seen = _now.AddMinutes(-31);
        var live = DeploymentManifest.AsRollout(_wanted, _now);
        live = started is null
            ? DeploymentManifest.With(_wanted, (Annotations.Rollout, DeploymentManifest.GetTemplateHash(_wanted)!))
            : DeploymentManifest.With(live, (Annotations.RolloutStarted, started));
        Assert.True(Rollout.From(ResourceKey.From(_resource), live, seen)!.HasFailed(_now));
    }

    [Fact]
    public void Another_process_sees_the_same_start()
    {
        var live = DeploymentManifest.AsRollout(_wanted, _now);
        var first = Rollout.From(ResourceKey.From(_resource), live, _now);
        Assert.Equal(first, Rollout.From(ResourceKey.From(_resource), live, _now.AddMinutes(7)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void A_deadline_exceeded_by_an_earlier_template_does_not_count_for_this_one(long observed, bool isStuck)
    {
        var live = DeploymentManifest.AsRollout(_wanted, _now);
        live = live with
        {
            Metadata = live.Metadata with { Generation = 1 },
            Status = new()
            {
                ObservedGeneration = observed,
                Conditions =
                    [new() { Type = "Progressing", Status = "False", Reason = "ProgressDeadlineExceeded" }],
            },
        };
        Assert.Equal(isStuck, Rollout.From(ResourceKey.From(_resource), live, _now)!.HasFailed(_now));
    }

    [Fact]
    public void A_waiting_Deployment_keeps_its_template_and_gets_the_desired_replicas()
    {
        var old = AppliedTemplate.WriteInto(_wanted);
        var wanted = DesiredState.From(
            _resource, Scenario.Inputs, Scenario.Settings with { ServerImage = "registry.example.com/pyrepo:2.0" });
        // Somebody changed it meanwhile, and the hash with it.
        var live = old with
        {
            Spec = old.Spec! with
            {
                Replicas = 5,
                Template = wanted.Deployment!.Spec!.Template with { Metadata = new() },
            },
        };
        Assert.True(DeploymentManifest.RollsUnasked(wanted.Deployment!, live));
        var waiting = wanted.Waiting(RolloutWait.Turn, live);
        Assert.False(waiting.KeepsDeployment);
        Assert.Equal(1, waiting.Deployment!.Spec!.Replicas);
        Assert.Equal("registry.example.com/pyrepo:1.0", waiting.Deployment.Spec.Template.Spec.Containers[0].Image);
        Assert.Equal(DeploymentManifest.GetTemplateHash(old), waiting.TemplateHash);
        Assert.Equal(AppliedTemplate.From(old)!.Text, AppliedTemplate.From(waiting.Deployment)!.Text);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"spec":{"containers":[]},"unknown":1}""")]
    public void A_template_that_would_not_be_written_down_the_same_is_not_applied(string text)
    {
        var live = DeploymentManifest.With(_wanted, (Annotations.AppliedTemplate, text));
        Assert.Null(AppliedTemplate.From(live));
        var waiting = new DesiredState { Deployment = _wanted }.Waiting(RolloutWait.Turn, live);
        Assert.True(waiting.KeepsDeployment);
    }

    [Fact]
    public void A_template_that_an_annotation_has_no_room_for_is_not_written_down()
    {
        var pods = _wanted.Spec!.Template with
        {
            Metadata = new() { Annotations = ChildMetadata.Texts(("a", new string('x', AppliedTemplate.MaxLength))) },
        };
        var wanted = _wanted with { Spec = _wanted.Spec with { Template = pods } };
        Assert.Same(wanted, AppliedTemplate.WriteInto(wanted));
    }

    [Fact]
    public void A_field_that_a_newer_operator_wrote_is_not_lost()
    {
        var text = JsonNode.Parse(AppliedTemplate.From(AppliedTemplate.WriteInto(_wanted))!.Text)!;
        text["spec"]!["fromTheFuture"] = true;
        Assert.Null(AppliedTemplate.From(DeploymentManifest.With(
            _wanted, (Annotations.AppliedTemplate, text.ToJsonString()))));
    }

    static Rollouts From(params Rollout[] known) => Rollouts.From(known, Scenario.Settings, _now);

    static string? Why(Rollouts rollouts, string ns) => rollouts.WhyWait(Key(ns, 99))?.Reason;

    static Rollout Rolling(string ns, int number) => new(Key(ns, number), "x", _now);

    static Rollout Failed(string ns, int number) => Rolling(ns, number) with { IsStuck = true };

    static ResourceKey Key(string ns, int number) => new("PythonRepository", ns, $"r{number}");
}
