namespace PyRepo.Storage.Buckets;

/// <summary>Finds out by trying how a service takes the conditions of writes.</summary>
/// <remarks>
/// Some services ignore them and answer 200, some refuse what they should allow, some look first and write later, so that
/// several writes at once succeed. So each condition is tried where it is met, where it is not, and by several at once,
/// and what should have been written is read back.
/// </remarks>
/// <param name="client">The bucket.</param>
/// <param name="folder">The prefix of the objects that are written, and deleted again.</param>
/// <param name="pause">The pause before a write is sent again.</param>
sealed class ConditionProbe(IBucketClient client, string folder, RetryPause pause)
{
    /// <summary>How many writes are sent at once.</summary>
    public const int Writers = 12;

    /// <summary>How often a write waits for a service that takes no more of them at the moment.</summary>
    const int MaxThrottled = 40;

    /// <summary>How often all writes of a round may fail for a reason that may pass.</summary>
    const int MaxRounds = 3;

    readonly List<string> _names = [];
    readonly List<ConditionTrial> _trials = [];

    enum Outcome { Written, Refused, NotImplemented, Failed }

    /// <summary>Tries the service.</summary>
    /// <exception cref="BucketException">The bucket cannot be written, read or deleted from.</exception>
    /// <exception cref="StoreFullException">There is no room left.</exception>
    public async Task<ConditionSupport> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(cancellationToken);
        }
        finally
        {
            foreach (var name in _names)
                await client.DeleteAsync(name, CancellationToken.None);
        }
    }

    /// <summary>The conditions that were tried so far, in this order.</summary>
    public IReadOnlyList<ConditionTrial> Trials => _trials;

    async Task<ConditionSupport> TryAsync(CancellationToken cancellationToken)
    {
        var name = NewName();
        var absence = await FindAbsenceProblemAsync(name, cancellationToken);
        var dialect = ConditionDialect.QuotedTags;
        var match = await FindMatchProblemAsync(name, dialect, cancellationToken);
        if (match is RefusesRight)
        {
            dialect = ConditionDialect.BareTags;
            match = await FindMatchProblemAsync(name, dialect, cancellationToken);
        }
        var problem = absence ?? match
            ?? await FindConcurrencyProblemAsync(name, new(dialect), cancellationToken);
        return problem is not null
            ? ConditionSupport.Unsupported(problem)
            : new(dialect) { HoldsForParts = await HoldsForPartsAsync(name, cancellationToken) };
    }

    const string Ignores = "ignores them";
    const string Lacks = "does not support them";
    const string RefusesRight = "refuses writes whose condition is met";
    const string LetsSeveralWin = "lets several of the writes succeed that come at the same time";

    async Task<string?> FindAbsenceProblemAsync(string name, CancellationToken cancellationToken)
    {
        var bytes = NewBytes();
        var first = await PutAsync(name, bytes, WriteCondition.Absent, cancellationToken);
        var problem = Judge("absent, and it is", first, Outcome.Written);
        if (first is not Outcome.Written)
            await PutAsync(name, bytes, WriteCondition.None, cancellationToken);
        await RequireAsync(name, [bytes], cancellationToken);
        var second = await PutAsync(name, NewBytes(), WriteCondition.Absent, cancellationToken);
        return problem ?? Judge("absent, but it exists", second, Outcome.Refused);
    }

    async Task<string?> FindMatchProblemAsync(
        string name, ConditionDialect dialect, CancellationToken cancellationToken)
    {
        var support = new ConditionSupport(dialect);
        var form = dialect is ConditionDialect.BareTags ? ", bare tag" : "";
        var version = await GetVersionAsync(name, cancellationToken);
        var wrong = support.Apply(WriteCondition.Match(new VersionTag(Different(version.Value))));
        var problem = Judge(
            $"another version{form}", await PutAsync(name, NewBytes(), wrong, cancellationToken), Outcome.Refused);
        // What was refused left the version as it was.
        if (problem is Ignores)
            version = await GetVersionAsync(name, cancellationToken);
        var right = support.Apply(WriteCondition.Match(version));
        // What was deleted must not come back.
        var missing = Judge(
            $"the version of an object that is gone{form}",
            await PutAsync(NewName(), NewBytes(), right, cancellationToken), Outcome.Refused);
        var bytes = NewBytes();
        var unmet = Judge(
            $"the version that it has{form}", await PutAsync(name, bytes, right, cancellationToken), Outcome.Written);
        if (unmet is null)
            await RequireAsync(name, [bytes], cancellationToken);
        return problem ?? missing ?? unmet;
    }

    async Task<string?> FindConcurrencyProblemAsync(
        string name, ConditionSupport support, CancellationToken cancellationToken)
    {
        var matching = await CountWinnersAsync(
            async () => (name, support.Apply(
                WriteCondition.Match(await GetVersionAsync(name, cancellationToken)))), cancellationToken);
        return JudgeWinners("one version", matching)
            ?? JudgeWinners(
                "absent",
                await CountWinnersAsync(
                    () => Task.FromResult((NewName(), WriteCondition.Absent)), cancellationToken));
    }

    /// <summary>Sends writes at once, and returns how many succeeded. One must, and its bytes must be there.</summary>
    /// <param name="begin">Returns the name and the condition of all of them.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    async Task<int> CountWinnersAsync(
        Func<Task<(string Name, WriteCondition Condition)>> begin, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var (name, condition) = await begin();
            var written = new byte[Writers][];
            var outcomes = await Task.WhenAll(written.Select((_, index) =>
                PutAsync(name, written[index] = NewBytes(), condition, cancellationToken, mayFail: true)));
            List<byte[]> winners = [.. written.Where((_, index) => outcomes[index] is Outcome.Written)];
            if (winners.Count > 0)
            {
                await RequireAsync(name, winners, cancellationToken);
                return winners.Count;
            }
            if (!outcomes.Contains(Outcome.Failed))
                throw NotReadAsWritten("refused all of several writes whose condition was met");
            // Of what failed without an answer, one may have been written.
            if (round == MaxRounds)
                throw new BucketException("NoneSucceeded", "The service completed none of several writes at once.");
        }
    }

    async Task<bool> HoldsForPartsAsync(string name, CancellationToken cancellationToken)
    {
        var upload = await client.BeginUploadAsync(name, cancellationToken);
        var outcome = await CompleteAsync(name, upload, cancellationToken);
        if (outcome is not Outcome.Written)
            await client.AbortUploadAsync(name, upload, CancellationToken.None);
        return Judge("absent, but it exists, in parts", outcome, Outcome.Refused) is null;
    }

    async Task<Outcome> CompleteAsync(string name, string upload, CancellationToken cancellationToken)
    {
        try
        {
            await client.CompleteUploadAsync(
                name, upload, [], new BucketBody(NewBytes()), WriteCondition.Absent, cancellationToken);
            return Outcome.Written;
        }
        catch (PreconditionFailedException)
        {
            return Outcome.Refused;
        }
        catch (BucketException error) when (error.Code == BucketException.NotImplemented)
        {
            return Outcome.NotImplemented;
        }
    }

    async Task<Outcome> PutAsync(
        string name, byte[] bytes, WriteCondition condition, CancellationToken cancellationToken, bool mayFail = false)
    {
        for (var throttled = 0; ;)
        {
            try
            {
                await client.PutAsync(name, new BucketBody(bytes), condition, cancellationToken);
                return Outcome.Written;
            }
            catch (PreconditionFailedException)
            {
                return Outcome.Refused;
            }
            catch (BucketException error) when (error.Code == BucketException.NotImplemented)
            {
                return Outcome.NotImplemented;
            }
            catch (BucketException error) when (error.IsThrottled && throttled < MaxThrottled)
            {
                await pause.WaitAsync(Math.Min(throttled++ + 3, 6), cancellationToken);
            }
            catch (BucketException error) when (mayFail && error.IsTransient)
            {
                return Outcome.Failed;
            }
        }
    }

    /// <summary>Notes a trial. Returns the problem with its outcome, or null if it is as it should be.</summary>
    string? Judge(string condition, Outcome outcome, Outcome expected)
    {
        _trials.Add(new(condition, Describe(expected), Describe(outcome)));
        return outcome == expected ? null
            : outcome switch
            {
                Outcome.NotImplemented => Lacks,
                Outcome.Written => Ignores,
                _ => RefusesRight,
            };
    }

    string? JudgeWinners(string condition, int winners)
    {
        _trials.Add(new($"{condition}, {Writers} writes at once", "1 succeeds", Succeed(winners)));
        return winners > 1 ? LetsSeveralWin : null;
    }

    static string Succeed(int writes) => writes == 1 ? "1 succeeds" : $"{writes} succeed";

    static string Describe(Outcome outcome) => outcome switch
    {
        Outcome.Written => "succeeds",
        Outcome.Refused => "is refused",
        Outcome.NotImplemented => "is not supported",
        _ => "fails",
    };

    /// <summary>Makes sure that an object has one of these contents.</summary>
    async Task RequireAsync(string name, List<byte[]> contents, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(name, default, cancellationToken);
        var read = new byte[contents[0].Length + 1];
        var length = response.Outcome is BucketReadOutcome.Found
            ? await response.Body.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, cancellationToken)
            : 0;
        if (!contents.Exists(content => content.AsSpan().SequenceEqual(read.AsSpan(0, length))))
            throw NotReadAsWritten("returned other bytes than were written to it");
    }

    static BucketException NotReadAsWritten(string did) => new("NotReadAsWritten", $"The bucket {did}.");

    async Task<VersionTag> GetVersionAsync(string name, CancellationToken cancellationToken) =>
        (await client.HeadAsync(name, cancellationToken))?.Version
        ?? throw NotReadAsWritten("does not have an object that was written to it");

    string NewName()
    {
        var name = $"{folder}canary-{Guid.NewGuid():N}";
        _names.Add(name);
        return name;
    }

    static byte[] NewBytes() => Guid.NewGuid().ToByteArray();

    /// <summary>Returns another version of the same form.</summary>
    static string Different(string version)
    {
        var last = version.AsSpan().LastIndexOfAnyInRange('0', '9');
        if (last < 0)
            return version + "0";
        var other = version[last] == '9' ? '8' : (char)(version[last] + 1);
        return $"{version[..last]}{other}{version[(last + 1)..]}";
    }
}
