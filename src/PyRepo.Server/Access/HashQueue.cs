namespace PyRepo.Server.Access;

/// <summary>A queue in which logins wait until their hashes are computed.</summary>
/// <param name="width">The number of hashes that are computed at once.</param>
/// <param name="next">A queue to wait in afterwards, so that each login there waits for only a few of these.</param>
sealed class HashQueue(int width, HashQueue? next = null)
{
    readonly SemaphoreSlim _turns = new(width);

    /// <summary>Waits. The caller must leave afterwards.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        if (next is null)
            return;
        try
        {
            await next.EnterAsync(cancellationToken);
        }
        catch
        {
            _turns.Release();
            throw;
        }
    }

    /// <summary>Lets the next one in.</summary>
    public void Leave()
    {
        next?.Leave();
        _turns.Release();
    }
}
