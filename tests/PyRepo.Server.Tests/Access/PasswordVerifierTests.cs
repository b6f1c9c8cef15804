using System.Collections.Frozen;
using PyRepo.Server.Access;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class PasswordVerifierTests
{
    const string Hash = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    readonly FakeClock _clock = new();

    [Fact]
    public async Task The_right_password_gives_the_caller_and_the_groups_and_a_wrong_one_gives_none()
    {
        using var check = new PasswordVerifier(Users(), _clock);
        var caller = await CheckAsync(check, "alice", "U*U");
        Assert.Equal("alice", caller!.User);
        Assert.Equal(["team"], caller.Groups);
        Assert.Null(await CheckAsync(check, "alice", "U*u"));
        Assert.Null(await CheckAsync(check, "alice", ""));
        Assert.Null(await CheckAsync(check, "bob", "U*U"));
        Assert.Null(await CheckAsync(check, "", ""));
    }

    [Fact]
    public async Task A_plain_text_password_is_compared_as_it_is()
    {
        using var check = new PasswordVerifier(UserStore.Single("alice", "se:crét"), _clock);
        Assert.Equal("alice", (await CheckAsync(check, "alice", "se:crét"))!.User);
        Assert.Null(await CheckAsync(check, "alice", "se:cret"));
        Assert.Null(await CheckAsync(check, "Alice", "se:crét"));
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
        using var during = new PasswordVerifier(UserStore.ReadGenerated(secret), _clock);
        Assert.Equal("publisher", (await CheckAsync(during, "publisher", "new"))!.User);
        Assert.Equal("publisher", (await CheckAsync(during, "publisher", "old"))!.User);
        Assert.Null(await CheckAsync(during, "publisher", ""));
        Assert.Null(await CheckAsync(during, "alice", "old"));

        secret.Remove("previous");
        using var after = new PasswordVerifier(UserStore.ReadGenerated(secret), _clock);
        Assert.Null(await CheckAsync(after, "publisher", "old"));
        Assert.NotNull(await CheckAsync(after, "publisher", "new"));
    }

    [Fact]
    public async Task A_right_password_is_remembered_for_minutes_and_then_computed_again()
    {
        using var check = new PasswordVerifier(Users(), _clock);
        Assert.False(IsAtOnce(check, "U*U"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U"));
        Assert.True(IsAtOnce(check, "U*U"));
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.True(IsAtOnce(check, "U*U"));
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(IsAtOnce(check, "U*U"));
        Assert.NotNull(await CheckAsync(check, "alice", "U*U"));
    }

    [Fact]
    public async Task A_wrong_password_is_never_remembered_and_does_not_disturb_the_right_one()
    {
        using var check = new PasswordVerifier(Users(), _clock);
        await CheckAsync(check, "alice", "U*U");
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.Null(await CheckAsync(check, "alice", "wrong"));
        Assert.True(IsAtOnce(check, "U*U"));
    }

    [Fact]
    public async Task An_unknown_user_costs_as_much_as_a_wrong_password()
    {
        using var check = new PasswordVerifier(Users(), _clock);
        Assert.False(IsAtOnce(check, "x", "nobody"));
        Assert.Null(await CheckAsync(check, "nobody", "x"));
    }

    [Fact]
    public async Task Concurrent_checks_all_get_their_own_result()
    {
        using var check = new PasswordVerifier(Users(), _clock);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => CheckAsync(check, "alice", i % 2 == 0 ? "U*U" : "no")));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i % 2 == 0), answers.Select(caller => caller is not null));
    }

    /// <summary>Whether the check computes no slow hash.</summary>
    static bool IsAtOnce(PasswordVerifier check, string password, string user = "alice") =>
        check.CheckAsync(user, password, new CancellationToken(canceled: true)).AsTask().IsCompletedSuccessfully;

    static async Task<Caller?> CheckAsync(PasswordVerifier check, string user, string password) =>
        await check.CheckAsync(user, password, CancellationToken.None);

    static UserStore Users() => new(
        new Dictionary<string, string> { ["alice"] = Hash }.ToFrozenDictionary(),
        new Dictionary<string, FrozenSet<string>>
        {
            ["alice"] =
            ((string[])["team"]).ToFrozenSet()
        }.ToFrozenDictionary(),
        AreHashes: true);
}
