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
        var live = DesiredState.Of(
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
}
