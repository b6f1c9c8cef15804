using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

/// <summary>A token that the server of a group sends to a member is for one request, and for no other.</summary>
public sealed class MemberTokenTests
{
    const string Member = "packages/team";

    static readonly AccessAction[] _actions = Enum.GetValues<AccessAction>();

    static readonly RequestLine[] _lines =
    [
        new("GET", "/simple/"), new("HEAD", "/simple/"), new("GET", "/simple/demo/"), new("GET", "/simple/Demo/"),
        new("GET", "/simple/demo"), new("GET", "/simple/demo/?x=1"), new("GET", "/simple/../simple/demo/"),
        new("GET", "/simple/%64emo/"), new("GET", "/simple/other/"), new("GET", "/packages/demo/demo-1.0.tar.gz"),
        new("GET", "/api/v1/tokens/abcdefghijkl"), new("GET", "/api/v1/tokens/abcdefghijkm"),
        new("DELETE", "/api/v1/tokens/abcdefghijkl"), new("GET", "/api/v1/tokens"), new("POST", "/api/v1/tokens"),
        new("GET", "/api/v1/downloads?project=demo"), new("GET", "/api/v1/downloads"),
        new("DELETE", "/api/v1/downloads?caller=alice"), new("DELETE", "/api/v1/downloads?caller=bob"),
        new("POST", "/legacy/"), new("POST", "/"), new("POST", "/osv/v1/querybatch"),
        new("POST", "/api/v1/projects/demo/1.0/yank"), new("DELETE", "/api/v1/projects/demo/1.0"),
    ];

    readonly FakeClock _clock = new();
    readonly MemberTokens _tokens;
    readonly MemberTokenAuthenticator _member;

    public MemberTokenTests()
    {
        _tokens = new MemberTokens("the namespace's key"u8.ToArray(), null, _clock);
        _member = new MemberTokenAuthenticator(_tokens, Member, new BurnedTokens(_clock));
    }

    [Fact]
    public async Task A_token_is_accepted_for_its_own_request_and_for_no_other()
    {
        foreach (var action in _actions)
        {
            foreach (var signed in _lines)
            {
                var token = Sign(signed, action);
                foreach (var sent in _lines.Where(line => line != signed))
                    Assert.Null(await FindCallerAsync(token, sent));
                var caller = Assert.IsType<Caller.Forwarded>(await FindCallerAsync(token, signed));
                Assert.Equal((action, "demo"), (caller.Decision.Action, caller.Decision.Project));
            }
        }
    }

    [Fact]
    public async Task A_token_without_a_request_is_not_accepted()
    {
        Assert.Null(await FindCallerAsync(Sign(default), new("GET", "/simple/")));
        Assert.Null(await FindCallerAsync(Sign(new("GET", "/simple/")), default));
    }

    [Fact]
    public async Task A_change_is_made_once()
    {
        foreach (var line in _lines)
        {
            var token = Sign(line);
            Assert.NotNull(await FindCallerAsync(token, line));
            Assert.Equal(line.IsSafe, await FindCallerAsync(token, line) is not null);
            _clock.Advance(TimeSpan.FromSeconds(59));
            Assert.Equal(line.IsSafe, await FindCallerAsync(token, line) is not null);
            // Clocks may differ by ten seconds, so that a token is good for so much longer.
            _clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(line.IsSafe, await FindCallerAsync(token, line) is not null);
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Null(await FindCallerAsync(token, line));
        }
    }

    [Fact]
    public void A_body_is_proved_for_one_token()
    {
        var (one, other) = (Sign(new("POST", "/legacy/")), Sign(new("POST", "/legacy/")));
        Assert.NotEqual(_tokens.SignBody(one, new byte[32]), _tokens.SignBody(other, new byte[32]));
        Assert.NotEqual(_tokens.SignBody(one, new byte[32]), _tokens.SignBody(one, [.. new byte[31], 1]));
    }

    string Sign(RequestLine line, AccessAction action = AccessAction.Read) =>
        _tokens.SignRequest(Member, "alice", action, ProjectName.Parse("demo").Value, line);

    async Task<Caller?> FindCallerAsync(string token, RequestLine line) =>
        (await _member.AuthenticateAsync(Credentials.From(null, token), new LoginSource("", "", line), default)).Caller;
}
