namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Tries the conditions of writes, on which several replicas rest.</summary>
static class ConditionCheck
{
    /// <summary>How often all are tried: a race is not lost each time.</summary>
    const int Rounds = 10;

    /// <inheritdoc cref="BucketCheckStep.RunAsync"/>
    public static async Task<CheckOutcome> RunAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        var rounds = bucket.Client.SustainsRewrites ? Rounds : 1;
        var pause = new RetryPause(bucket.Clock, Random.Shared);
        for (var round = 1; ; round++)
        {
            var probe = new ConditionProbe(bucket.Client, bucket.Folder, pause);
            var support = await probe.RunAsync(cancellationToken);
            if (round < rounds && support.IsHonored)
                continue;
            return Describe(support) with { Details = [.. probe.Trials.Select(trial => $"{trial}")] };
        }
    }

    static CheckOutcome Describe(ConditionSupport support) => support switch
    {
        { Problem: { } problem } => new(
            FindingResult.OneReplica, $"They do not work: the service {problem}. One replica needs none."),
        { Dialect: ConditionDialect.BareTags } => new(
            FindingResult.Ok, $"They work, with entity tags that have no quotation marks{Parts(support)}."),
        _ => new(FindingResult.Ok, $"They work{Parts(support)}."),
    };

    static string Parts(ConditionSupport support) =>
        support.HoldsForParts
            ? ", also for uploads in parts" : "; for uploads in parts they do not, and none are needed";
}
