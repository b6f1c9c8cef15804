using PyRepo.Egress;

namespace PyRepo.Server.Access;

/// <summary>The check of one password, for all who wait for it.</summary>
/// <remarks>
/// When all have left, it is given up, unless its hash is being computed: somebody who leaves in time to hear nothing,
/// and asks again, must not have guessed for nothing. A wrong password counts for each address from which it came.
/// </remarks>
sealed class SharedCheck(LoginThrottle throttle, Guess guess)
{
    readonly Lock _lock = new();
    readonly Dictionary<LoginAttempts, string> _logins = [];
    readonly CancellationTokenSource _abandoned = new();
    readonly TaskCompletionSource _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task<bool>? _answer;
    bool _hasBegun, _isWrong;

    /// <summary>Canceled when all have left before the hash was begun.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Starts it, apart from the request that needs it first.</summary>
    public void Start(Func<Task<bool>> work) => _answer = DetachedTask.Run(work);

    /// <summary>Adds a login that waits. Returns false if the check was given up.</summary>
    public bool TryJoin(LoginAttempts attempts, string connection)
    {
        lock (_lock)
        {
            if (_abandoned.IsCancellationRequested)
                return false;
            if (_isWrong)
                throttle.Fail(attempts, connection);
            else
                _logins[attempts] = connection;
            return true;
        }
    }

    /// <summary>Waits for the answer. Who leaves before the hash was begun has tried nothing.</summary>
    public async Task<bool> WaitAsync(LoginAttempts attempts, CancellationToken cancellationToken)
    {
        try
        {
            return await _answer!.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (!TryLeave(attempts))
                await _counted.Task;
            throw;
        }
    }

    /// <summary>Notes that the hash is computed now, whoever leaves.</summary>
    /// <exception cref="OperationCanceledException">All have left.</exception>
    public void Begin()
    {
        lock (_lock)
        {
            Abandoned.ThrowIfCancellationRequested();
            _hasBegun = true;
        }
    }

    /// <summary>Notes that the password is right.</summary>
    public void Succeed()
    {
        lock (_lock)
        {
            foreach (var (attempts, _) in _logins)
                throttle.Guesses.Succeed(attempts.Pair);
        }
    }

    /// <summary>Notes that the password is wrong, and counts it for all who wait and those who come later.</summary>
    public void Fail()
    {
        lock (_lock)
        {
            _isWrong = true;
            foreach (var (attempts, connection) in _logins)
                throttle.Fail(attempts, connection);
        }
        _counted.TrySetResult();
    }

    /// <summary>Ends it. If the password was not wrong, it was no guess.</summary>
    public void End()
    {
        if (!_isWrong)
            GuessBudget.GiveBack(guess);
        _counted.TrySetResult();
    }

    bool TryLeave(LoginAttempts attempts)
    {
        lock (_lock)
        {
            if (_hasBegun)
                return false;
            _logins.Remove(attempts);
            if (_logins.Count == 0)
                _abandoned.Cancel();
            return true;
        }
    }
}
