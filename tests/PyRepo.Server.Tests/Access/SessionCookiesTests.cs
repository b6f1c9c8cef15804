using PyRepo.Server.Access;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class SessionCookiesTests
{
    static readonly byte[] _key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    static readonly byte[] _other = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    readonly FakeClock _clock = new();

    [Fact]
    public void A_sealed_session_is_opened_by_every_replica_until_it_expires()
    {
        var cookie = Sealed("alice", "pass:wörd");
        Assert.Equal(new BasicCredentials("alice", "pass:wörd"), Cookies().Open(cookie)?.Credentials);
        _clock.Advance(SessionCookies.Life - TimeSpan.FromSeconds(1));
        Assert.NotNull(Cookies().Open(cookie));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(Cookies().Open(cookie));
    }

    [Fact]
    public void A_cookie_reveals_nothing_and_differs_each_time()
    {
        var (one, other) = (Sealed("alice", "secret"), Sealed("alice", "secret"));
        Assert.NotEqual(one, other);
        Assert.DoesNotContain("alice", one, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cookie_of_another_repository_or_key_is_not_valid()
    {
        var cookie = Sealed("alice", "secret");
        Assert.Null(new SessionCookies("packages/other", _key, null, _clock).Open(cookie));
        Assert.Null(new SessionCookies("packages/team", _other, null, _clock).Open(cookie));
        Assert.NotNull(new SessionCookies("packages/team", _other, _key, _clock).Open(cookie));
    }

    [Fact]
    public void A_changed_cookie_is_not_valid()
    {
        var cookie = Sealed("alice", "secret");
        for (var i = 0; i < cookie.Length - 1; i++)
        {
            var changed = cookie.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Assert.Null(Cookies().Open(new string(changed)));
        }
        Assert.Null(Cookies().Open(""));
        Assert.Null(Cookies().Open("AAAA"));
        Assert.Null(Cookies().Open("not base64!"));
    }

    SessionCookies Cookies() => new("packages/team", _key, null, _clock);

    string Sealed(string user, string password) => Cookies().Seal(user, password, User(user));

    static Caller.User User(string name) => new(name, []);

    [Fact]
    public void An_owner_ends_a_hundred_sessions_and_others_still_end_theirs()
    {
        var ended = new BurnedTokens(_clock);
        bool TryEnd(string user, string password, Caller caller)
        {
            var sealing = new SessionCookies("packages/team", _key, null, _clock) { Ended = ended };
            var cookie = sealing.Seal(user, password, caller);
            var id = SessionCookies.GetId(cookie, sealing.Open(cookie)!.Value);
            var isEnded = ended.TryAddSession(id, sealing.GetEnd());
            Assert.Equal(isEnded, sealing.Open(cookie) is null);
            return isEnded;
        }
        Assert.All(Enumerable.Range(0, 99), _ => Assert.True(TryEnd("alice", "secret", User("alice"))));
        // Beside a token, any user may stand; it is its owner's, and each owner has many.
        Assert.True(TryEnd("any", "pyrepo_abcdefghijkl_secret", Token("abcdefghijkl", User("alice"))));
        Assert.False(TryEnd("any", "pyrepo_abcdefghijkm_secret", Token("abcdefghijkm", User("alice"))));
        Assert.False(TryEnd("alice", "secret", User("alice")));
        Assert.True(TryEnd("bob", "secret", User("bob")));
        Assert.All(Enumerable.Range(0, 100), i => Assert.True(
            TryEnd($"user-{i}", "pyrepo_abcdefghijkn_secret", Token("abcdefghijkn", null))));
        Assert.False(TryEnd("another", "pyrepo_abcdefghijkn_secret", Token("abcdefghijkn", null)));
        // One job's tokens begin alike with another's.
        Assert.All(Enumerable.Range(0, 100), i => Assert.True(TryEnd("", $"eyJ{i}", Job("one"))));
        Assert.False(TryEnd("", "eyJ", Job("one")));
        Assert.True(TryEnd("", "eyJ", Job("other")));
    }

    static Caller.Token Token(string id, Caller? owner) =>
        new(new ApiToken { Id = id, Sha256 = "", Expires = default }, owner);

    static Caller.Identity Job(string subject) =>
        new(subject, ["github"], System.Collections.Frozen.FrozenDictionary<string, string>.Empty);
}
