namespace EndToEnd.Cluster;

/// <summary>A new operator, and then a new server, while people install.</summary>
[Collection(nameof(Alone))]
public sealed class UpgradeTests(Upgrade upgrade) : IClassFixture<Upgrade>
{
    /// <summary>Fewer would show little.</summary>
    const int EnoughRequests = 100;

    [ClusterFact]
    public void Neither_an_operator_upgrade_nor_its_rollback_restarts_a_server()
    {
        Assert.Equal(4, upgrade.Pods[0].Count);
        Assert.All(upgrade.Pods, pods => Assert.Equal(upgrade.Pods[0], pods));
    }

    [ClusterFact]
    public void A_new_server_rolls_no_more_resources_at_a_time_than_the_administrator_allows()
    {
        Assert.True(upgrade.MostAtOnce.Count is >= 1 and <= Upgrade.MaxRollouts, string.Join("\n", upgrade.MostAtOnce));
        Assert.True(upgrade.Rolled.Count > Upgrade.MaxRollouts, string.Join(", ", upgrade.Rolled));
    }

    [ClusterFact]
    public void A_new_server_fails_no_request_through_a_group_of_two_replicas()
    {
        Assert.True(upgrade.OfTwo.Failures.Count == 0, string.Join("\n", upgrade.OfTwo.Failures));
        Assert.True(upgrade.OfTwo.Requested > EnoughRequests, $"{upgrade.OfTwo.Requested} requests");
    }

    [ClusterFact]
    public void A_new_server_on_a_volume_with_one_replica_costs_clients_only_retries() =>
        Assert.True(upgrade.OfOne.Failures.Count == 0, string.Join("\n", upgrade.OfOne.Failures));
}
