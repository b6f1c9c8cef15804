using PyRepo.Server.Access;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

/// <summary>What somebody gains who sends thousands of names that do not exist: nothing.</summary>
public sealed class MadeUpNamesTests
{
    const string Guesser = "192.0.2.1", Other = "192.0.2.2";
    const int MadeUp = 10_000;
    readonly PasswordVerifier _check;

    public MadeUpNamesTests()
    {
        var clock = new FakeClock();
        _check = new PasswordVerifier(UserStore.Single("publisher", "right"), new LoginThrottle(clock), clock);
    }

    [Theory]
    [InlineData("publisher")]
    [InlineData("nobody")]
    public async Task An_address_that_guessed_at_a_name_is_remembered_after_thousands_of_others(string user)
    {
        Assert.True(await IsCheckedAsync(user, "guess", Guesser));
        await MakeUpAsync(Guesser);
        await UseUpAsync(user);
        Assert.False(await IsCheckedAsync(user, "another", Guesser));
        Assert.True(await IsCheckedAsync(user, "another", Other));
    }

    [Fact]
    public async Task An_honest_new_address_can_log_in_while_another_invents_names()
    {
        Assert.True(await IsCheckedAsync("publisher", "guess", Guesser));
        await MakeUpAsync(Guesser);
        await UseUpAsync("publisher");
        Assert.False(await IsCheckedAsync("publisher", "right", Guesser));
        Assert.NotNull((await CheckAsync("publisher", "right", Other)).Caller);
    }

    [Fact]
    public async Task Invented_names_do_not_displace_remembered_guesses_at_a_user()
    {
        Assert.True(await IsCheckedAsync("publisher", "guess", Guesser));
        await MakeUpAsync(Other);
        await UseUpAsync("publisher");
        Assert.False(await IsCheckedAsync("publisher", "another", Guesser));
    }

    [Theory]
    [InlineData("publisher")]
    [InlineData("nobody")]
    public async Task Three_wrong_passwords_in_a_row_are_remembered_after_thousands_of_other_names(string user)
    {
        foreach (var guess in (string[])["a", "b", "c"])
            Assert.True(await IsCheckedAsync(user, guess, Guesser));
        await MakeUpAsync(Guesser);
        Assert.False(await IsCheckedAsync(user, "d", Guesser));
    }

    async Task MakeUpAsync(string address)
    {
        for (var i = 0; i < MadeUp; i++)
            Assert.True(await IsCheckedAsync($"made-up-{i}", "guess", address));
    }

    /// <summary>Uses up the checks that all addresses share.</summary>
    async Task UseUpAsync(string user)
    {
        for (var i = 0; i < ServerLimits.MaxGuessesAtUser; i++)
            await CheckAsync(user, $"guess-{i}", $"198.51.100.{i}");
    }

    async Task<bool> IsCheckedAsync(string user, string password, string address) =>
        (await CheckAsync(user, password, address)).RetryAfter is null;

    async Task<AuthenticationResult> CheckAsync(string user, string password, string address) =>
        await _check.CheckAsync(user, password, new(address, "1"), CancellationToken.None);
}
