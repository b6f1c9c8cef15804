namespace PyRepo.Storage.Buckets.Checks;

/// <summary>
/// Tries on a real bucket all that PyRepo relies on, and removes what it wrote. Each endpoint is checked alone; if there
/// are several, also all in turn.
/// </summary>
/// <param name="prefix">The prefix that a repository would have, with a slash at its end, or empty.</param>
/// <param name="fill">How many bytes to write until the service has no room left; 0: that is not tried.</param>
/// <param name="clock">The clock of this machine.</param>
public sealed class BucketCheck(string prefix, long fill, TimeProvider clock)
{
    /// <summary>The check that nothing remains in the bucket.</summary>
    const string CleanUp = "clean-up";

    static readonly BucketCheckStep _existence = new("bucket", ObjectChecks.FindBucketAsync);

    static readonly BucketCheckStep[] _steps =
    [
        new("objects", ObjectChecks.RewriteAsync) { ForAllEndpoints = true },
        new("conditions", ConditionCheck.RunAsync) { ForAllEndpoints = true },
        new("listing", ListingCheck.RunAsync) { ForAllEndpoints = true },
        new("ranges", RangeCheck.RunAsync) { ForAllEndpoints = true },
        new("parts", PartCheck.RunAsync) { ForAllEndpoints = true },
        new("presigned", PresignedCheck.RunAsync) { OnFailure = FindingResult.Note },
        new("versioning", ProtectionChecks.FindVersioningAsync) { OnFailure = FindingResult.Unknown },
        new("object lock", ProtectionChecks.FindObjectLockAsync) { OnFailure = FindingResult.Unknown },
        new("lifecycle", ProtectionChecks.FindExpirationsAsync) { OnFailure = FindingResult.Unknown },
        new("clock", ClockCheck.RunAsync) { OnFailure = FindingResult.Unknown },
        new("room", RoomCheck.RunAsync) { Limit = TimeSpan.FromHours(1) },
    ];

    /// <summary>Chooses checks by their names.</summary>
    internal Predicate<string> Includes { get; init; } = static _ => true;

    /// <summary>The folder for all that is written.</summary>
    public string Folder { get; } = $"{prefix}pyrepo-check-{Guid.NewGuid():N}/";

    /// <summary>Makes all checks.</summary>
    /// <param name="endpoints">The ways to the bucket, at least one.</param>
    /// <param name="report">Gets each finding when it is there.</param>
    /// <param name="cancellationToken">Stops checking. What was written is removed all the same.</param>
    public async Task<BucketReport> RunAsync(
        IReadOnlyList<CheckedEndpoint> endpoints, Action<BucketFinding> report, CancellationToken cancellationToken)
    {
        var findings = new List<BucketFinding>();
        void Add(BucketFinding finding)
        {
            findings.Add(finding);
            report(finding);
        }
        var reached = new List<CheckedEndpoint>();
        try
        {
            foreach (var endpoint in endpoints)
            {
                var found = await RunAsync(_existence, endpoint, cancellationToken);
                Add(found);
                if (found.Result is not FindingResult.Ok)
                    continue;
                reached.Add(endpoint);
                foreach (var step in _steps.Where(step => Includes(step.Name)))
                    Add(await RunAsync(step, endpoint, cancellationToken));
            }
            if (reached.Count > 1)
            {
                using var all = new RotatingBucketClient([.. reached.Select(endpoint => endpoint.Client)]);
                var together = new CheckedEndpoint("all endpoints in turn", all, reached[0].Downloads);
                foreach (var step in _steps.Where(step => step.ForAllEndpoints && Includes(step.Name)))
                    Add(await RunAsync(step, together, cancellationToken));
            }
        }
        finally
        {
            foreach (var endpoint in reached)
                Add(await CleanUpAsync(endpoint));
        }
        return new BucketReport(findings);
    }

    async Task<BucketFinding> RunAsync(
        BucketCheckStep step, CheckedEndpoint endpoint, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(step.Limit);
        CheckOutcome outcome;
        try
        {
            outcome = await step.RunAsync(new(endpoint, prefix, Folder, clock) { Fill = fill }, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = new(step.OnFailure, $"It did not end within {step.Limit.TotalMinutes:0} minutes.");
        }
        catch (Exception error) when (
            error is IOException or HttpRequestException or InvalidDataException or PreconditionFailedException)
        {
            outcome = new(step.OnFailure, error.Message);
        }
        return new(step.Name, endpoint.Name, outcome.Result, outcome.Message, outcome.Details);
    }

    /// <summary>Deletes all that the checks wrote, also if they were stopped.</summary>
    async Task<BucketFinding> CleanUpAsync(CheckedEndpoint endpoint)
    {
        var step = new BucketCheckStep(CleanUp, DeleteAllAsync)
        {
            OnFailure = FindingResult.Note,
            Limit = TimeSpan.FromHours(1),
        };
        var finding = await RunAsync(step, endpoint, CancellationToken.None);
        return finding.Result is FindingResult.Ok
            ? finding : finding with { Message = $"Something is left below {Folder}: {finding.Message}" };
    }

    async Task<CheckOutcome> DeleteAllAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = CheckedBucket.Concurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            bucket.Client.ListAsync(Folder, null, cancellationToken), options,
            async (found, token) => await bucket.Client.DeleteAsync(found.Key, token));
        await bucket.Client.AbortUploadsAsync(Folder, DateTimeOffset.MaxValue, cancellationToken);
        var left = await bucket.Client.ListAsync(Folder, null, cancellationToken).CountAsync(cancellationToken);
        if (left > 0)
            return new(FindingResult.Wrong, $"{left} deleted objects are still listed.");
        return (await bucket.Client.FindProtectionAsync(cancellationToken)).KeepsVersions is true
            ? new(FindingResult.Note, "All is deleted, but the bucket keeps versions of it.")
            : new(FindingResult.Ok, "All that was written is deleted again.");
    }
}
