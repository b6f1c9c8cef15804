using System.Collections.Frozen;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Access;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class PasswordVerifierTests
{
    const string Hash = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    const string Here = "192.0.2.1", Elsewhere = "192.0.2.2", Connection = "1";
    readonly FakeClock _clock = new();
    readonly UserStore _users = Users();
    readonly LoginThrottle _throttle;

    public PasswordVerifierTests() => _throttle = new LoginThrottle(_clock);

    [Fact]
    public async Task The_right_password_gives_the_caller_and_groups_and_a_wrong_one_gives_nothing()
    {
        var check = GetVerifier(Users());
        var caller = await CheckAsync(check, "alice", "U*U");
        Assert.Equal("alice", caller!.Name);
        Assert.Equal(["team"], Assert.IsType<Caller.User>(caller).Groups);
        Assert.Null(await CheckAsync(check, "alice", "U*u"));
        Assert.Null(await CheckAsync(check, "alice", ""));
        Assert.Null(await CheckAsync(check, "bob", "U*U"));
        Assert.Null(await CheckAsync(check, "", ""));
    }

    [Fact]
    public async Task A_plain_text_password_is_compared_as_it_is()
    {
        var check = GetVerifier(UserStore.Single("alice", "se:crét"));
        Assert.Equal("alice", (await CheckAsync(check, "alice", "se:crét"))!.Name);
        Assert.Null(await CheckAsync(check, "alice", "se:cret"));
        Assert.Null(await CheckAsync(check, "Alice", "se:crét"));
    }

    [Fact]
    public async Task An_empty_password_is_nobodys_even_if_the_Secret_has_its_hash()
    {
        Assert.Null(await CheckAsync(GetVerifier(UserStore.Single("alice", "")), "alice", ""));
        var hash = Crypt.HashNew("");
        var htpasswd = Encoding.ASCII.GetBytes($"alice:{hash}");
        var hashed = UserStore.Read(new Dictionary<string, byte[]> { ["htpasswd"] = htpasswd }, out _);
        Assert.Single(hashed.Passwords);
        Assert.True(Crypt.Matches("", hash));
        Assert.Null(await CheckAsync(GetVerifier(hashed), "alice", ""));
    }

    [Fact]
    public async Task A_generated_password_from_before_a_rotation_is_valid_as_long_as_it_is_in_the_Secret()
    {
        var secret = new Dictionary<string, byte[]>
        {
            ["username"] = "publisher"u8.ToArray(),
            ["password"] = "new"u8.ToArray(),
            ["previous"] = "old"u8.ToArray(),
        };
        var during = GetVerifier(UserStore.ReadGenerated(secret));
        Assert.Equal("publisher", (await CheckAsync(during, "publisher", "new"))!.Name);
        Assert.Equal("publisher", (await CheckAsync(during, "publisher", "old"))!.Name);
        Assert.Null(await CheckAsync(during, "publisher", ""));
        Assert.Null(await CheckAsync(during, "alice", "old"));

        secret.Remove("previous");
        var after = GetVerifier(UserStore.ReadGenerated(secret));
        Assert.Null(await CheckAsync(after, "publisher", "old"));
        Assert.NotNull(await CheckAsync(after, "publisher", "new"));
    }

    [Fact]
    public async Task A_right_password_is_remembered_for_a_day_after_its_last_use()
    {
        var check = GetVerifier(Users());
        Assert.False(IsAtOnce(check, "U*U"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U"));
        Assert.True(IsAtOnce(check, "U*U"));
        _clock.Advance(TimeSpan.FromHours(23));
        Assert.True(IsAtOnce(check, "U*U"));
        _clock.Advance(TimeSpan.FromHours(23));
        Assert.True(IsAtOnce(check, "U*U"));
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.False(IsAtOnce(check, "U*U"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U"));
    }

    [Theory]
    [InlineData("alice", "U*U\0")]
    [InlineData("alice", "U*U\0anything")]
    [InlineData("alice\0", "U*U")]
    [InlineData("alice", "\0")]
    public async Task Characters_after_a_NUL_are_not_ignored(string user, string password)
    {
        Assert.Null(await CheckAsync(GetVerifier(Users()), user, password));
        Assert.Null(await CheckAsync(GetVerifier(UserStore.Single("alice", "U*U")), user, password));
    }

    [Fact]
    public async Task A_password_that_is_too_long_for_crypt_is_wrong() =>
        Assert.Null(await CheckAsync(GetVerifier(Users()), "alice", new string('x', 100_000)));

    [Fact]
    public async Task A_wrong_password_is_hashed_once_and_does_not_disturb_the_right_one()
    {
        var check = GetVerifier(Users());
        await CheckAsync(check, "alice", "U*U");
        Assert.False(IsAtOnce(check, "wrong"));
        Assert.Null(await CheckAsync(check, "alice", "wrong"));
        Assert.True(IsAtOnce(check, "wrong"));
        Assert.Null(await CheckAsync(check, "alice", "wrong"));
        Assert.True(IsAtOnce(check, "U*U"));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(IsAtOnce(check, "wrong"));
        Assert.True(IsAtOnce(check, "wrong", address: Elsewhere));
        Assert.False(IsAtOnce(GetVerifier(Users()), "wrong"));
    }

    [Fact]
    public void A_wrong_password_in_use_stays_known_while_others_come_and_go()
    {
        var wrong = new WrongPasswords();
        var (used, unused) = (Sha256Digest.HashData([1]), Sha256Digest.HashData([2]));
        wrong.Add(used);
        wrong.Add(unused);
        for (var i = 0; i < 5000; i++)
        {
            wrong.Add(Sha256Digest.HashData(BitConverter.GetBytes(1000 + i)));
            Assert.True(wrong.Contains(used));
        }
        Assert.False(wrong.Contains(unused));
    }

    [Fact]
    public async Task After_some_guesses_others_are_rejected_at_once_for_some_seconds()
    {
        var check = GetVerifier(Users());
        foreach (var guess in (string[])["a", "b", "c"])
        {
            Assert.False(IsAtOnce(check, guess));
            Assert.Null(await CheckAsync(check, "alice", guess));
        }
        Assert.True(IsAtOnce(check, "d"));
        Assert.Null(await CheckAsync(check, "alice", "d"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(IsAtOnce(check, "d"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U"));
    }

    [Fact]
    public async Task Guesses_lock_out_neither_another_address_nor_another_user_nor_a_remembered_password()
    {
        var check = GetVerifier(Users());
        await CheckAsync(check, "alice", "U*U", Elsewhere);
        foreach (var guess in (string[])["a", "b", "c", "d"])
        {
            await CheckAsync(check, "alice", guess);
            await CheckAsync(check, "nobody", guess);
        }
        Assert.True(IsAtOnce(check, "U*U"));
        _clock.Advance(TimeSpan.FromHours(25));
        foreach (var guess in (string[])["e", "f", "g", "h"])
            await CheckAsync(check, "alice", guess);
        Assert.Null(await CheckAsync(check, "alice", "U*U"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U", Elsewhere));
        Assert.NotNull(await CheckAsync(GetVerifier(Users("bob")), "bob", "U*U"));
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("nobody")]
    public async Task Guesses_at_one_user_from_any_number_of_addresses_are_limited(string user)
    {
        var check = GetVerifier(Users("alice", "bob"));
        var hashed = 0;
        for (var i = 0; i < 200; i++)
        {
            Assert.Null(await CheckAsync(check, user, $"guess-{i}", $"198.51.100.{i}"));
            // What was hashed is remembered.
            hashed += IsAtOnce(check, $"guess-{i}", user, $"198.51.100.{i}") ? 1 : 0;
        }
        Assert.Equal(ServerLimits.MaxGuessesAtUser + ServerLimits.MaxReservedGuessesAtUser, hashed);
        Assert.NotNull(await CheckAsync(check, "bob", "U*U", "198.51.100.1"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await CheckAsync(check, user, "another", "203.0.113.1"));
        Assert.True(IsAtOnce(check, "another", user, "203.0.113.1"));
    }

    [Fact]
    public async Task Guesses_from_many_addresses_lock_out_no_remembered_password_and_no_address_that_logged_in()
    {
        var check = GetVerifier(Users());
        await CheckAsync(check, "alice", "U*U", Elsewhere);
        await GuessAsync(check, 60);
        Assert.NotNull(await CheckAsync(check, "alice", "U*U", "203.0.113.1"));
        _clock.Advance(TimeSpan.FromDays(2));
        // The password may have changed meanwhile, and with it the Secret.
        check = GetVerifier(Users("alice", "bob"));
        await GuessAsync(check, 60);
        Assert.Null(await CheckAsync(check, "alice", "U*U", "203.0.113.2"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U", Elsewhere));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U", "203.0.113.2"));
    }

    [Fact]
    public async Task Guesses_at_a_user_of_the_same_name_in_another_Secret_do_not_count()
    {
        var (team, other) = (GetVerifier(Users()), GetVerifier(Users() with { Secret = "packages/others" }));
        await GuessAsync(other, 60);
        Assert.NotNull(await CheckAsync(team, "alice", "U*U", "203.0.113.1"));
        // Nor does one that holds up its own user hold up this one.
        Assert.NotSame(GetQueue("203.0.113.2", "a"), _throttle.QueueFor(_throttle.Enter(
            new LoginPair(Users() with { Secret = "packages/others" }, "alice", "203.0.113.2")), "b"));
    }

    [Fact]
    public async Task An_address_from_which_a_user_of_the_same_name_in_another_Secret_logged_in_is_not_known()
    {
        var (team, other) = (GetVerifier(Users()), GetVerifier(Users() with { Secret = "packages/others" }));
        Assert.NotNull(await CheckAsync(other, "alice", "U*U", Elsewhere));
        await GuessAsync(team, 60);
        Assert.NotNull(await WaitOfAsync(team, "U*U", Elsewhere));
    }

    [Fact]
    public async Task During_constant_guessing_a_right_password_from_a_new_address_is_checked()
    {
        var check = GetVerifier(Users());
        // Ten addresses use up what all share, and keep it so; each has one check of the reserve.
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(await CheckAsync(check, "alice", $"guess-{i}", $"198.51.100.{i % 10}"));
            Assert.Null(await CheckAsync(check, "alice", $"again-{i}", $"198.51.100.{(i + 1) % 10}"));
            _clock.Advance(TimeSpan.FromSeconds(2));
        }
        Assert.Null(await CheckAsync(check, "alice", "last", "198.51.100.2"));
        Assert.NotNull(await WaitOfAsync(check, "guess", "198.51.100.1"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U", "203.0.113.1"));
    }

    [Fact]
    public async Task Any_number_of_addresses_gets_a_check_each_two_seconds_of_the_reserve()
    {
        var check = GetVerifier(Users());
        await GuessAsync(check, 60);
        Assert.Equal(TimeSpan.FromSeconds(2), await WaitOfAsync(check, "a", "203.0.113.1"));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await WaitOfAsync(check, "a", "203.0.113.1"));
        Assert.Equal(TimeSpan.FromSeconds(2), await WaitOfAsync(check, "b", "203.0.113.2"));
        // An address from which a guess failed has to wait for what all share.
        Assert.Equal(TimeSpan.FromSeconds(3), await WaitOfAsync(check, "b", "203.0.113.1"));
        // Until ten minutes have passed.
        _clock.Advance(TimeSpan.FromMinutes(10));
        await GuessAsync(check, 20, "192.0.2");
        Assert.Null(await WaitOfAsync(check, "c", "203.0.113.1"));
    }

    [Fact]
    public async Task Right_passwords_are_no_guesses_however_many_addresses_they_come_from()
    {
        for (var i = 0; i < 100; i++)
            Assert.NotNull(await CheckAsync(GetVerifier(Users()), "alice", "U*U", $"198.51.100.{i}"));
    }

    [Fact]
    public async Task A_users_first_login_does_not_wait_for_guesses()
    {
        var check = GetVerifier(Users("alice", "bob"));
        await CheckAsync(check, "alice", "a");
        var guessing = _throttle.Enter(new LoginPair(Users(), "alice", Here));
        _throttle.Fail(guessing, "other");
        var queue = _throttle.QueueFor(guessing, "other");
        await queue.EnterAsync(From(""), CancellationToken.None);
        var guess = CheckAsync(check, "alice", "b");
        Assert.NotNull(await CheckAsync(check, "bob", "U*U"));
        Assert.False(guess.IsCompleted);
        queue.Leave();
        Assert.Null(await guess);
    }

    [Fact]
    public async Task Guesses_from_many_addresses_at_unknown_users_or_one_user_delay_no_other_user()
    {
        var check = GetVerifier(Users("alice", "bob"));
        await CheckAsync(check, "alice", "a");
        var queue = GetQueue("192.0.2.3", "guessing");
        await queue.EnterAsync(From(""), CancellationToken.None);
        var guesses = Enumerable.Range(10, 30)
            .Select(i => CheckAsync(check, i % 2 == 0 ? "alice" : $"user-{i}", "b", $"192.0.2.{i}")).ToList();
        Assert.NotNull(await CheckAsync(check, "bob", "U*U", Elsewhere));
        Assert.All(guesses, guess => Assert.False(guess.IsCompleted));
        queue.Leave();
        Assert.All(await Task.WhenAll(guesses), Assert.Null);
    }

    [Fact]
    public async Task Others_at_an_address_that_tries_many_users_wait_for_few_of_the_guesses()
    {
        var check = GetVerifier(Users());
        for (var i = 0; i < 12; i++)
            await CheckAsync(check, $"user-{i}", "x");
        var (elsewhere, other, guesses) =
            (GetQueue(Elsewhere, "other"), GetQueue(Here, "other"), GetQueue(Here, Connection));
        Assert.Equal(3, new HashSet<HashQueue> { elsewhere, other, guesses }.Count);
        await other.EnterAsync(From(""), CancellationToken.None);
        var waiting = Enumerable.Range(0, 30)
            .Select(_ => guesses.EnterAsync(From(""), CancellationToken.None)).ToList();
        var login = other.EnterAsync(From(""), CancellationToken.None);
        other.Leave();
        await waiting[0];
        Assert.False(login.IsCompleted);
        guesses.Leave();
        await login;
        Assert.False(waiting[1].IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(70));
        Assert.Same(GetQueue(Here, Connection), GetQueue(Elsewhere, "other"));
    }

    [Fact]
    public async Task Guesses_at_a_plain_text_password_are_limited_too()
    {
        var check = GetVerifier(UserStore.Single("alice", "right"));
        Assert.NotNull(await CheckAsync(check, "alice", "right"));
        foreach (var guess in (string[])["a", "b", "c"])
            Assert.Null(await CheckAsync(check, "alice", guess));
        Assert.NotNull(await CheckAsync(check, "alice", "right"));
        var other = GetVerifier(UserStore.Single("alice", "d"));
        foreach (var guess in (string[])["a", "b", "c"])
            Assert.Null(await CheckAsync(other, "alice", guess));
        Assert.Null(await CheckAsync(other, "alice", "d"));
        Assert.NotNull(await CheckAsync(other, "alice", "d", Elsewhere));
    }

    [Fact]
    public async Task Addresses_take_turns_so_that_many_logins_of_one_hold_up_mostly_itself()
    {
        var queue = new HashQueue(1, _clock);
        await queue.EnterAsync(From("first"), CancellationToken.None);
        var many = Enumerable.Range(0, 50).Select(_ => queue.EnterAsync(From("many"), CancellationToken.None)).ToList();
        var one = queue.EnterAsync(From("one"), CancellationToken.None);
        queue.Leave();
        await many[0];
        Assert.False(one.IsCompleted);
        queue.Leave();
        await one;
        Assert.Equal(1, many.Count(login => login.IsCompleted));
    }

    [Fact]
    public async Task Secrets_take_turns_so_that_slow_hashes_of_one_hold_up_mostly_its_own_users()
    {
        var queue = new HashQueue(1, _clock);
        await queue.EnterAsync(From("first"), CancellationToken.None);
        var slow = Enumerable.Range(0, 50).Select(i => queue.EnterAsync(From($"{i}"), CancellationToken.None)).ToList();
        var other = queue.EnterAsync(new LoginPair(Users("bob"), "bob", "one"), CancellationToken.None);
        queue.Leave();
        await slow[0];
        Assert.False(other.IsCompleted);
        queue.Leave();
        await other;
        Assert.Equal(1, slow.Count(login => login.IsCompleted));
    }

    [Fact]
    public async Task Logins_at_one_Secret_are_not_behind_slow_guesses_at_another()
    {
        var (queue, other) = (new HashQueue(1, _clock), Users("bob"));
        await queue.EnterAsync(From("first"), CancellationToken.None);
        var guesses = Enumerable.Range(0, 20)
            .Select(i => queue.EnterAsync(From($"{i}"), CancellationToken.None)).ToList();
        var logins = Enumerable.Range(0, 10)
            .Select(i => queue.EnterAsync(new LoginPair(other, "bob", $"{i}"), CancellationToken.None)).ToList();
        queue.Leave(_users, TimeSpan.FromSeconds(1));
        foreach (var login in logins)
        {
            await login;
            Assert.All(guesses, guess => Assert.False(guess.IsCompleted));
            queue.Leave(other, TimeSpan.FromMilliseconds(50));
        }
        await guesses[0];
    }

    [Fact]
    public async Task A_Secret_that_had_no_logins_for_a_while_has_saved_up_no_turns()
    {
        var (queue, other) = (new HashQueue(1, _clock), Users("bob"));
        for (var i = 0; i < 10; i++)
        {
            await queue.EnterAsync(From(""), CancellationToken.None);
            queue.Leave(_users, TimeSpan.FromSeconds(1));
        }
        await queue.EnterAsync(From(""), CancellationToken.None);
        var one = queue.EnterAsync(From(""), CancellationToken.None);
        var many = Enumerable.Range(0, 5)
            .Select(i => queue.EnterAsync(new LoginPair(other, "bob", $"{i}"), CancellationToken.None)).ToList();
        queue.Leave(_users, TimeSpan.FromSeconds(1));
        var before = 0;
        for (; await Task.WhenAny(one, many[before]) != one; before++)
            queue.Leave(other, TimeSpan.FromSeconds(1));
        Assert.InRange(before, 1, 2);
    }

    [Fact]
    public async Task The_time_of_a_hash_is_charged_to_its_Secret()
    {
        var slow = UserStore.Empty with
        {
            Passwords = Enumerable.Range(0, 20).ToFrozenDictionary(
                i => $"user-{i}", _ => $"$6$rounds=100000$saltstring${new string('x', 86)}"),
            AreHashes = true,
        };
        var (guessed, other) = (GetVerifier(slow), GetVerifier(Users()));
        var guesses = Enumerable.Range(0, 20)
            .Select(i => CheckAsync(guessed, $"user-{i}", "wrong", $"198.51.100.{i}")).ToList();
        Assert.NotNull(await CheckAsync(other, "alice", "U*U"));
        Assert.Contains(guesses, guess => !guess.IsCompleted);
        Assert.All(await Task.WhenAll(guesses), Assert.Null);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("nobody")]
    public void A_password_that_would_make_a_hash_slow_is_wrong_without_a_computation(string user)
    {
        var check = GetVerifier(Users() with
        {
            Passwords = new Dictionary<string, string> { ["alice"] = $"$6$saltstring${new string('x', 86)}" }
                .ToFrozenDictionary(),
        });
        Assert.False(IsAtOnce(check, new string('x', 128), user));
        Assert.True(IsAtOnce(check, new string('x', 129), user));
    }

    [Fact]
    public async Task A_wrong_password_takes_as_long_for_a_known_user_as_for_an_unknown_one()
    {
        var check = GetVerifier(Users("alice", "bob"));
        await CheckAsync(check, "alice", "a");
        var queue = GetQueue("192.0.2.3", "guessing");
        await queue.EnterAsync(From("192.0.2.9"), CancellationToken.None);
        var wrong = CheckAsync(check, "bob", "wrong", Elsewhere);
        var nobody = CheckAsync(check, "nobody", "wrong", Elsewhere);
        Assert.False(wrong.IsCompleted || nobody.IsCompleted);
        queue.Leave();
        Assert.Null(await wrong);
        Assert.Null(await nobody);
    }

    [Fact]
    public async Task A_guess_whose_client_goes_away_leaves_the_queue()
    {
        var suspects = new HashQueue(1, _clock);
        var guesses = new HashQueue(1, _clock, next: suspects);
        await suspects.EnterAsync(From(""), CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var guess = guesses.EnterAsync(From(""), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => guess);
        suspects.Leave();
        await guesses.EnterAsync(From(""), CancellationToken.None);
    }

    [Fact]
    public async Task Concurrent_checks_all_get_their_own_result()
    {
        var check = GetVerifier(Users());
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => CheckAsync(check, "alice", i % 2 == 0 ? "U*U" : "no")));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i % 2 == 0), answers.Select(caller => caller is not null));
    }

    /// <summary>Whether the check computes no slow hash.</summary>
    static bool IsAtOnce(
        PasswordVerifier check, string password, string user = "alice", string address = Here) => check.CheckAsync(
            user, password, new(address, Connection), new CancellationToken(canceled: true))
            .AsTask().IsCompletedSuccessfully;

    static async Task<Caller?> CheckAsync(
        PasswordVerifier check, string user, string password, string address = Here) =>
        (await check.CheckAsync(user, password, new(address, Connection), CancellationToken.None)).Caller;

    /// <summary>How long a password is not checked, or null if it was.</summary>
    static async Task<TimeSpan?> WaitOfAsync(PasswordVerifier check, string password, string address) =>
        (await check.CheckAsync("alice", password, new(address, Connection), CancellationToken.None)).RetryAfter;

    /// <summary>Tries so many passwords for alice, each from another address.</summary>
    static async Task GuessAsync(PasswordVerifier check, int count, string network = "198.51.100")
    {
        for (var i = 0; i < count; i++)
            Assert.Null(await CheckAsync(check, "alice", $"guess-{network}-{i}", $"{network}.{i}"));
    }

    PasswordVerifier GetVerifier(UserStore users) => new(users, _throttle, _clock);

    LoginPair From(string address) => new(_users, "alice", address);

    HashQueue GetQueue(string address, string connection)
    {
        var attempts = _throttle.Enter(new LoginPair(Users(), "alice", address));
        var queue = _throttle.QueueFor(attempts, connection);
        _throttle.Leave(attempts);
        return queue;
    }

    static UserStore Users(params IEnumerable<string> names) => new(
        names.DefaultIfEmpty("alice").ToFrozenDictionary(name => name, _ => Hash),
        new Dictionary<string, FrozenSet<string>>
        {
            ["alice"] =
            ((string[])["team"]).ToFrozenSet()
        }.ToFrozenDictionary(),
        AreHashes: true);
}
