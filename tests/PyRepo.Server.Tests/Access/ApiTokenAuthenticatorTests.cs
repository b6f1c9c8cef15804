using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class ApiTokenAuthenticatorTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeClock _clock = new();
    readonly TokenStore _store;

    public ApiTokenAuthenticatorTests() => _store = new(new DirectoryStore(_folder.Path), _clock);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_token_acts_as_its_creator_with_any_user_name_or_as_a_bearer()
    {
        var made = await AddAsync(token => token with { User = "alice" });
        foreach (var user in (string?[])["__token__", "alice", "bob", "", null])
        {
            var caller = Assert.IsType<Caller.Token>((await TryAsync(made.Text.Reveal(), user)).Caller);
            Assert.Equal("alice", Assert.IsType<Caller.User>(caller.Owner).UserName);
        }
        var account = await AddAsync(token => token with { ServiceAccount = "ci/builder" });
        var token = Assert.IsType<Caller.Token>((await TryAsync(account.Text.Reveal())).Caller);
        Assert.Equal(new Caller.ServiceAccount("ci", "builder"), token.Owner);
    }

    [Fact]
    public async Task The_public_part_without_the_secret_is_useless()
    {
        var made = await AddAsync(token => token with { User = "alice" });
        var other = ApiTokenText.Create();
        await AssertRefusedAsync(new ApiTokenText(made.Token.Id, other.Secret), "does not exist, or was revoked");
        await AssertRefusedAsync(new ApiTokenText(other.Id, made.Text.Secret), "does not exist, or was revoked");
        await AssertRefusedAsync(
            new ApiTokenText(made.Token.Id, made.Token.Sha256[..50]), "does not exist, or was revoked");
    }

    [Fact]
    public async Task A_token_ends_when_it_expires_or_is_revoked()
    {
        var made = await AddAsync(token => token with { User = "alice" }, "1h");
        var revoked = await AddAsync(token => token with { User = "alice" });
        Assert.True(await _store.RemoveAsync(revoked.Token.Id, default));
        await AssertRefusedAsync(revoked.Text, "does not exist, or was revoked");
        _clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.NotNull((await TryAsync(made.Text.Reveal())).Caller);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await AssertRefusedAsync(made.Text, "has expired");
    }

    /// <summary>The password then and now, the one before a rotation, whose tokens are kept, and what becomes of it.</summary>
    [Theory]
    [InlineData("secret", "secret", null, "", true)]
    [InlineData("secret", "another", null, "", false)]
    [InlineData("secret", "secret ", null, "", false)]
    [InlineData("secret", "another", "secret", "", true)]
    [InlineData("secret", "another", "third", "", false)]
    [InlineData("secret", "another", null, "bob", false)]
    [InlineData("secret", "another", null, "bob\nalice", true)]
    [InlineData("secret", "another", null, "*", true)]
    [InlineData(null, "another", null, "", true)]
    public async Task A_token_ends_when_its_creators_password_changes(
        string? then, string now, string? previous, string kept, bool isAccepted)
    {
        var text = ApiTokenText.Create();
        var token = Made("90d").Token with
        {
            Id = text.Id,
            Sha256 = text.Sha256,
            User = "alice",
            // Servers before this one wrote none.
            PasswordProof = then is null ? null : UserStore.Single("alice", then).Prove("alice", text),
        };
        Assert.True(await _store.AddAsync(token, default));
        var data = new Dictionary<string, byte[]>
        {
            ["username"] = "alice"u8.ToArray(),
            ["password"] = Encoding.UTF8.GetBytes(now),
            ["keep-tokens"] = Encoding.UTF8.GetBytes(kept),
        };
        if (previous is not null)
            data["previous"] = Encoding.UTF8.GetBytes(previous);
        var result = await TryAsync(
            text.Reveal(), authenticator: new ApiTokenAuthenticator(UserStore.ReadGenerated(data), _store, _clock));
        Assert.Equal(isAccepted, result.Caller is not null);
        if (!isAccepted)
            Assert.Contains("when the password of its creator changed", result.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_a_removed_user_stops_working()
    {
        var made = await AddAsync(token => token with { User = "carol" });
        await AssertRefusedAsync(made.Text, "no longer has access");
        var nobody = await AddAsync(token => token);
        await AssertRefusedAsync(nobody.Text, "no longer has access");
        foreach (var account in (string[])["", "ci", "ci/builder/x"])
        {
            var odd = await AddAsync(token => token with { ServiceAccount = account });
            await AssertRefusedAsync(odd.Text, "no longer has access");
        }
    }

    [Fact]
    public async Task Tokens_of_ServiceAccounts_stop_working_when_the_repository_no_longer_accepts_them()
    {
        var made = await AddAsync(token => token with { ServiceAccount = "ci/builder" });
        Assert.NotNull((await TryAsync(made.Text.Reveal())).Caller);
        var without = new ApiTokenAuthenticator(Users(""), _store, _clock);
        Assert.Null((await TryAsync(made.Text.Reveal(), authenticator: without)).Caller);
    }

    [Fact]
    public async Task A_declared_token_stands_for_itself_until_it_expires_and_needs_no_store()
    {
        var made = Made("1h");
        // Whom a line names is ignored: its owner is the administrator.
        var line = DeclaredTokens.GetLine(made.Token with { User = "nobody" });
        var authenticator = new ApiTokenAuthenticator(Users(line), null, _clock);
        var caller = (await TryAsync(made.Text.Reveal(), authenticator: authenticator)).Caller;
        Assert.Null(Assert.IsType<Caller.Token>(caller).Owner);
        Assert.True(caller.IsAuthenticated);
        Assert.Null((await TryAsync(ApiTokenText.Create().Reveal(), authenticator: authenticator)).Caller);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(
            "The token has expired.", (await TryAsync(made.Text.Reveal(), authenticator: authenticator)).Failure);
    }

    [Fact]
    public void What_follows_too_many_lines_without_a_token_is_not_read()
    {
        var good = DeclaredTokens.GetLine(Made("90d").Token);
        var broken = string.Concat(Enumerable.Repeat("[\n", ServerLimits.MaxUnreadableTokens));
        Assert.Single(DeclaredTokens.Read(broken + good, out _));
        Assert.Empty(DeclaredTokens.Read($"{broken}[\n{good}", out _));
    }

    [Fact]
    public void Lines_of_a_Secret_that_are_no_tokens_are_reported_and_the_others_work()
    {
        var good = DeclaredTokens.GetLine(Made("90d").Token);
        var tokens = DeclaredTokens.Read($"# ours\n\n{good}\r\nnonsense\n  {good}  ", out var problem);
        Assert.Single(tokens);
        Assert.Contains("line 4 of tokens", problem, StringComparison.Ordinal);
        (string Name, JsonNode? Value)[] changes =
        [
            ("id", null), ("id", ""), ("id", 1), ("sha256", null), ("sha256", "abc"), ("expires", null),
            ("expires", "soon"), ("projects", new JsonArray()), ("projects", "a"), ("role", "Owner"),
            ("projects", new JsonArray("a", null)), ("role", 7),
        ];
        foreach (var (name, value) in changes)
        {
            var line = JsonNode.Parse(good)!.AsObject();
            line.Remove(name);
            if (value is not null)
                line[name] = value;
            Assert.Empty(DeclaredTokens.Read(line.ToJsonString(), out problem));
            Assert.Contains("line 1 of tokens", problem, StringComparison.Ordinal);
        }
        foreach (var line in (string[])["null", "[]", "{}", "1", "{", "\"x\""])
            Assert.Empty(DeclaredTokens.Read(line, out _));
    }

    async Task AssertRefusedAsync(ApiTokenText text, string failure)
    {
        var result = await TryAsync(text.Reveal());
        Assert.Null(result.Caller);
        Assert.Contains(failure, result.Failure, StringComparison.Ordinal);
    }

    async Task<AuthenticationResult> TryAsync(
        string text, string? user = "__token__", ApiTokenAuthenticator? authenticator = null)
    {
        authenticator ??= new ApiTokenAuthenticator(Users(""), _store, _clock) { AcceptsServiceAccounts = true };
        var credentials = new Credentials(user, text, null);
        Assert.True(authenticator.Accepts(credentials));
        return await authenticator.AuthenticateAsync(credentials, new LoginSource("", ""), default);
    }

    async Task<NewApiToken> AddAsync(Func<ApiToken, ApiToken> change, string expiresIn = "90d")
    {
        var made = Made(expiresIn);
        Assert.True(await _store.AddAsync(change(made.Token), default));
        return made;
    }

    NewApiToken Made(string expiresIn) =>
        NewApiToken.Create("ci", Role.Publisher, ["acme-*"], expiresIn, _clock.GetUtcNow(), out _)!;

    static UserStore Users(string tokens) =>
        UserStore.Single("alice", "secret") with { Tokens = DeclaredTokens.Read(tokens, out _) };
}
