using System.Collections.Frozen;
using PyRepo.Server.Access;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class SharedChecksTests
{
    const string Hash = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    readonly SteppedClock _clock = new();
    readonly LoginThrottle _throttle;
    readonly PasswordVerifier _check;

    readonly UserStore _users = UserStore.Empty with
    {
        Passwords = new Dictionary<string, string> { ["alice"] = Hash }.ToFrozenDictionary(),
        AreHashes = true,
    };

    public SharedChecksTests()
    {
        _throttle = new LoginThrottle(_clock);
        _check = new PasswordVerifier(_users, _throttle, _clock);
    }

    [Fact]
    public async Task Concurrent_logins_of_one_user_from_a_hundred_addresses_share_one_check()
    {
        var queue = await HoldAsync();
        var logins = FromHundred("alice", "U*U");
        Assert.Equal(AllGuesses - 1, GuessesLeft("alice"));
        queue.Leave();
        Assert.All(await Task.WhenAll(logins), login => Assert.Equal("alice", login.Caller?.Name));
        // Nor was it a guess.
        Assert.Equal(AllGuesses, GuessesLeft("alice"));
    }

    [Fact]
    public async Task A_hundred_addresses_log_in_at_once_when_nothing_delays_them() =>
        Assert.All(
            await Task.WhenAll(FromHundred("alice", "U*U")), login => Assert.Equal("alice", login.Caller?.Name));

    [Theory]
    [InlineData("alice")]
    [InlineData("nobody")]
    public async Task A_wrong_password_from_a_hundred_addresses_is_one_guess_that_counts_for_each_of_them(string user)
    {
        var queue = await HoldAsync();
        var logins = FromHundred(user, "wrong");
        queue.Leave();
        Assert.All(await Task.WhenAll(logins), login => Assert.True(login is { Caller: null, RetryAfter: null }));
        Assert.Equal(AllGuesses - 1, GuessesLeft(user));
        Assert.All(Enumerable.Range(0, 100), i => Assert.True(HasFailed(user, $"198.51.100.{i}")));
    }

    [Fact]
    public async Task A_check_continues_for_the_others_when_its_first_caller_leaves()
    {
        var queue = await HoldAsync();
        using var gone = new CancellationTokenSource();
        var first = CheckAsync("alice", "U*U", "192.0.2.1", gone.Token);
        var second = CheckAsync("alice", "U*U", "192.0.2.2");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        queue.Leave();
        Assert.NotNull((await second).Caller);
    }

    [Fact]
    public async Task An_abandoned_check_is_not_a_guess_and_a_new_one_may_start()
    {
        var queue = await HoldAsync();
        using var gone = new CancellationTokenSource();
        var first = CheckAsync("alice", "U*U", "192.0.2.1", gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(HasFailed("alice", "192.0.2.1"));
        var second = CheckAsync("alice", "U*U", "192.0.2.1");
        queue.Leave();
        Assert.NotNull((await second).Caller);
    }

    [Fact]
    public async Task Callers_that_wait_too_long_for_a_check_are_told_that_the_server_is_busy()
    {
        var queue = await HoldAsync();
        var logins = FromHundred("alice", "U*U");
        await _clock.AdvanceToTimerAsync(ServerLimits.MaxWorkWait);
        foreach (var login in logins)
            await Assert.ThrowsAsync<OverloadedException>(() => login);
        Assert.Equal(AllGuesses, GuessesLeft("alice"));
        Assert.False(HasFailed("alice", "198.51.100.1"));
        queue.Leave();
        Assert.NotNull((await CheckAsync("alice", "U*U", "198.51.100.1")).Caller);
    }

    static int AllGuesses => ServerLimits.MaxGuessesAtUser + ServerLimits.MaxReservedGuessesAtUser;

    /// <summary>Holds the queue of guesses, in which alice's logins are since somebody guessed at her.</summary>
    async Task<HashQueue> HoldAsync()
    {
        var guessing = _throttle.Enter(new LoginPair(_users, "alice", "203.0.113.1"));
        _throttle.Fail(guessing, "other");
        var queue = _throttle.QueueFor(guessing, "other");
        await queue.EnterAsync(guessing.Pair, CancellationToken.None);
        return queue;
    }

    List<Task<AuthenticationResult>> FromHundred(string user, string password) =>
        [.. Enumerable.Range(0, 100).Select(i => CheckAsync(user, password, $"198.51.100.{i}"))];

    async Task<AuthenticationResult> CheckAsync(
        string user, string password, string address, CancellationToken cancellationToken = default) =>
        await _check.CheckAsync(user, password, new(address, "1"), cancellationToken);

    /// <summary>How many more passwords may be checked for a user, each from a new address.</summary>
    int GuessesLeft(string user)
    {
        var taken = Enumerable.Range(0, 100)
            .Select(i => _throttle.Guesses.TryTake(new LoginPair(_users, user, $"192.0.2.{100 + i}")))
            .OfType<Guess>().ToList();
        taken.ForEach(GuessBudget.GiveBack);
        return taken.Count;
    }

    bool HasFailed(string user, string address)
    {
        var attempts = _throttle.Enter(new LoginPair(_users, user, address));
        var hasFailed = attempts.HasFailed;
        _throttle.Leave(attempts);
        return hasFailed;
    }
}
