namespace PyRepo.Storage.Buckets;

/// <summary>
/// A write with a condition that the service honors. If the answer is lost, the object tells whether the write happened:
/// sending it again would fail on its own condition. If the service takes no more writes at the moment (Google allows one
/// a second for each object), the write waits as long as a client does.
/// </summary>
/// <remarks>
/// If the service refuses the write, but then shows exactly the version that the condition demands, the service is wrong,
/// and nobody else is to blame. That is looked at several times: a moment ago it may have been right.
/// </remarks>
/// <param name="client">The bucket.</param>
/// <param name="name">The name of the object.</param>
/// <param name="body">Its bytes.</param>
/// <param name="condition">The condition.</param>
/// <param name="send">Sends the write.</param>
/// <param name="pause">The pause before it is sent again.</param>
sealed class ConditionalWrite(
    IBucketClient client, string name, BucketBody body, WriteCondition condition, Func<Task<StoredObject>> send,
    RetryPause pause)
{
    /// <summary>How often the service must refuse a write whose condition is met before that is called a fault.</summary>
    const int MaxWrongRefusals = 4;

    const int MaxAttempts = 4;

    /// <summary>With the pauses between them, half a minute to a minute.</summary>
    const int MaxThrottled = 40;
    const int BufferLength = 64 * 1024;

    /// <summary>Writes the object.</summary>
    /// <exception cref="PreconditionFailedException">The condition is not met.</exception>
    /// <exception cref="WrongRefusalException">The service refuses the write although it is met.</exception>
    public async Task<StoredObject> RunAsync(CancellationToken cancellationToken)
    {
        var (throttled, wrong) = (0, 0);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await send();
            }
            catch (BucketException error) when (error.IsThrottled && throttled < MaxThrottled)
            {
                attempt--; // Nothing was written.
                await pause.WaitAsync(Math.Min(throttled++ + 3, 6), cancellationToken);
            }
            catch (BucketException error) when (error.IsTransient)
            {
                if (await FindWrittenAsync(cancellationToken) is { } written)
                    return written;
                if (attempt == MaxAttempts)
                    throw;
                await pause.WaitAsync(attempt + 2, cancellationToken);
            }
            catch (PreconditionFailedException error)
            {
                if (attempt > 1 && await FindWrittenAsync(cancellationToken) is { } written)
                    return written;
                if (error.IsByConcurrentWrite || !await IsMetAsync(cancellationToken))
                    throw;
                if (++wrong == MaxWrongRefusals)
                    throw new WrongRefusalException(name, error);
                await pause.WaitAsync(wrong + 1, cancellationToken);
            }
        }
    }

    async Task<bool> IsMetAsync(CancellationToken cancellationToken)
    {
        var found = await client.HeadAsync(name, cancellationToken);
        return condition.MustBeAbsent ? found is null : found is not null && found.Version == condition.Version;
    }

    /// <summary>Returns the object if it has these bytes.</summary>
    async Task<StoredObject?> FindWrittenAsync(CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(name, default, cancellationToken);
        if (response.Outcome is not BucketReadOutcome.Found || response.Object.Length != body.Length)
            return null;
        using var ours = body.Open();
        var (mine, theirs) = (new byte[BufferLength], new byte[BufferLength]);
        for (int read; (read = await ours.ReadAtLeastAsync(mine, mine.Length, false, cancellationToken)) > 0;)
        {
            var found = await response.Body.ReadAtLeastAsync(
                theirs.AsMemory(0, read), read, throwOnEndOfStream: false, cancellationToken);
            if (!mine.AsSpan(0, read).SequenceEqual(theirs.AsSpan(0, found)))
                return null;
        }
        return response.Object;
    }
}
