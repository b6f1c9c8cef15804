using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class DeploymentTests
{
    [Theory]
    [InlineData(1, "True", 600, false)]
    [InlineData(0, "False", 20, false)]
    [InlineData(0, "False", 61, true)]
    [InlineData(0, null, 0, true)]
    public void A_server_that_misses_some_probes_is_not_down(
        int available, string? condition, int secondsAgo, bool isDown)
    {
        var live = DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a"), Scenario.Inputs, Scenario.Settings).Deployment! with
        {
            Status = new DeploymentStatus
            {
                AvailableReplicas = available,
                Conditions = condition is null ? [] :
                [
                    new()
                    {
                        Type = "Available",
                        Status = condition,
                        LastTransitionTime = Scenario.Now - TimeSpan.FromSeconds(secondsAgo),
                    },
                ],
            },
        };
        Assert.Equal(isDown, DeploymentManifest.IsDown(live, Scenario.Now));
    }

    [Theory]
    [InlineData("http://garage:3900", "false", "Recreate false")]
    [InlineData("http://GARAGE:3900/", "false", "Recreate false")]
    [InlineData("http://garage:3900", null, "RollingUpdate ")]
    public void On_a_service_that_ignores_conditional_writes_the_old_pod_ends_first(
        string endpoint, string? marked, string expected)
    {
        var deployment = OnBucket(endpoint, Marked(OnBucket("http://garage:3900", null), marked));
        Assert.Equal(expected, $"{deployment.Spec!.Strategy!.Type} {Mark(deployment)}");
    }

    [Fact]
    public void Findings_about_one_endpoint_do_not_apply_to_another()
    {
        var live = Marked(OnBucket("http://garage:3900", null), "false");
        Assert.Equal("RollingUpdate", OnBucket("http://minio:9000", live).Spec!.Strategy!.Type);
    }

    static Deployment OnBucket(string endpoint, Deployment? live)
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a", $"storage: {{ bucket: {{ name: packages, endpoint: \"{endpoint}\" }} }}",
            "{ pyrepo.dev/data-moved: \"http://minio:9000\" }");
        return DesiredState.From(
            resource, Scenario.Inputs with { Deployment = live }, Scenario.Settings).Deployment!;
    }

    static Deployment Marked(Deployment live, string? mark) => mark is null ? live : live with
    {
        Metadata = live.Metadata with
        {
            Annotations = new Dictionary<string, string>(live.Metadata.Annotations!)
            {
                [Annotations.ConditionalWrites] = mark,
            },
        },
    };

    static string? Mark(Deployment deployment) =>
        deployment.Metadata.Annotations!.GetValueOrDefault(Annotations.ConditionalWrites);
}
