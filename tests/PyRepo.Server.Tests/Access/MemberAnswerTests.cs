using PyRepo.Server.Access;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

/// <summary>A member proves that it answered a token, and nobody else can.</summary>
public sealed class MemberAnswerTests
{
    static readonly byte[] _key = "the namespace's key"u8.ToArray();
    static readonly byte[] _old = "the key before it"u8.ToArray();
    static readonly RequestLine _line = new("GET", "/simple/demo/");
    readonly FakeClock _clock = new();

    [Fact]
    public void A_member_with_the_key_proves_its_answer()
    {
        var (group, member) = (new MemberTokens(_key, null, _clock), new MemberTokens(_key, null, _clock));
        var token = Sign(group);
        Assert.True(group.IsAnswerTo(token, member.SignAnswer(token)));
    }

    [Fact]
    public void A_proof_is_for_one_token()
    {
        var tokens = new MemberTokens(_key, null, _clock);
        var first = Sign(tokens);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(tokens.IsAnswerTo(Sign(tokens), tokens.SignAnswer(first)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("AAAA")]
    public void Anything_else_is_not_a_proof(string header)
    {
        var tokens = new MemberTokens(_key, null, _clock);
        Assert.False(tokens.IsAnswerTo(Sign(tokens), header));
    }

    [Fact]
    public void The_tokens_own_signature_is_not_a_proof()
    {
        var tokens = new MemberTokens(_key, null, _clock);
        var token = Sign(tokens);
        Assert.False(tokens.IsAnswerTo(token, token.Split('.')[1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_the_key_is_rotated_either_server_may_have_the_new_one_first(bool isGroupFirst)
    {
        var (before, after) = (new MemberTokens(_old, null, _clock), new MemberTokens(_key, _old, _clock)
        {
            PreviousUntil = _clock.GetUtcNow() + TimeSpan.FromMinutes(1),
        });
        var (group, member) = isGroupFirst ? (after, before) : (before, after);
        var token = Sign(group);
        Assert.NotNull(member.Verify(token, "packages/team", _line));
        Assert.True(group.IsAnswerTo(token, member.SignAnswer(token)));
    }

    [Fact]
    public void Only_a_valid_token_for_the_member_is_answered_with_a_proof()
    {
        var tokens = new MemberTokens(_key, null, _clock);
        var member = new MemberTokenAuthenticator(tokens, "packages/team", new BurnedTokens(_clock));
        Assert.True(member.IsFromGroup(Credentials.From(null, Sign(tokens)), _line));
        Assert.False(member.IsFromGroup(Credentials.From(null, Sign(tokens)), new RequestLine("GET", "/simple/")));
        Assert.False(member.IsFromGroup(Credentials.From(null, Sign(new MemberTokens(_old, null, _clock))), _line));
        Assert.False(member.IsFromGroup(
            Credentials.From(null, tokens.SignRequest("packages/other", null, AccessAction.Read, null, _line)),
            _line));
    }

    static string Sign(MemberTokens tokens) =>
        tokens.SignRequest("packages/team", null, AccessAction.Read, "demo", _line);
}
