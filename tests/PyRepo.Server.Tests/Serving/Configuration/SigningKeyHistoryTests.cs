using PyRepo.Server.Access;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed class SigningKeyHistoryTests
{
    static readonly byte[] _old = [1], _new = [2], _other = [3];
    static readonly RequestLine _line = new("GET", "/simple/");
    readonly FakeClock _clock = new();
    readonly SigningKeyHistory _keys;

    public SigningKeyHistoryTests() => _keys = new SigningKeyHistory(_clock);

    [Fact]
    public void After_a_rotation_a_server_that_has_only_the_old_key_still_accepts_tokens()
    {
        var elsewhere = new MemberTokens(_old, null, _clock);
        Assert.NotNull(elsewhere.Verify(Sign(_old, null), "packages/team", _line));
        Assert.NotNull(elsewhere.Verify(Sign(_new, _old), "packages/team", _line));
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.NotNull(elsewhere.Verify(Sign(_new, _old), "packages/team", _line));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(elsewhere.Verify(Sign(_new, _old), "packages/team", _line));
        Assert.NotNull(new MemberTokens(_new, _old, _clock).Verify(Sign(_new, _old), "packages/team", _line));
    }

    [Fact]
    public void A_key_that_is_replaced_without_an_overlap_is_not_used_again()
    {
        var elsewhere = new MemberTokens(_other, null, _clock);
        Sign(_old, null);
        Assert.NotNull(elsewhere.Verify(Sign(_other, null), "packages/team", _line));
        Assert.NotNull(elsewhere.Verify(Sign(_other, _new), "packages/team", _line));
    }

    string Sign(byte[] current, byte[]? previous) => new MemberTokens(current, previous, _clock)
    {
        PreviousUntil = _keys.PreviousUntil("packages", current, previous),
    }.SignRequest("packages/team", "alice", AccessAction.Read, null, _line);
}
